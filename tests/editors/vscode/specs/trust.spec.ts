/** An untrusted workspace: lineage works, nothing runs SQL, and no program of the workspace is started. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '../harness/test';

test.use({ serverOptions: { settings: { 'security.workspace.trust.startupPrompt': 'never', 'security.workspace.trust.banner': 'never' }, trust: true } });

test('nothing of the workspace runs before it is trusted', async ({ editor }) => {
  const { folder, page } = editor;
  const trace = path.join(folder, 'was-started');
  mkdirSync(path.join(folder, '.venv', 'bin'), { recursive: true });
  const trap = path.join(folder, '.venv', 'bin', 'python');
  writeFileSync(trap, `#!/bin/sh\ntouch '${trace}'\n`);
  chmodSync(trap, 0o755);
  editor.configure({ 'headwater.server.command': [trap] });
  await editor.open('models/marts/daily_revenue.sql');
  await editor.ready();
  await editor.hover('electric_cents', /surcharge_cents/);
  await editor.command('Headwater: Show Lineage');
  const view = await editor.view('lineage');
  await expect(view.locator('.card.centre')).toHaveAttribute('data-model', 'marts.daily_revenue');
  await editor.showSideBar('Headwater');
  await expect(page.locator('.welcome-view-content', { hasText: 'not trusted' }).first()).toBeVisible();
  await editor.screenshot('untrusted');
  const palette = page.locator('.quick-input-widget:visible input');
  await editor.until(() => page.keyboard.press('F1'), palette);
  await palette.fill('>Headwater: ');
  await expect(page.locator('.quick-input-list .monaco-list-row', { hasText: 'Headwater: Show Log' })).toBeVisible();
  await expect(page.locator('.quick-input-list .monaco-list-row', { hasText: 'Headwater: Preview Data' })).toHaveCount(0);
  await page.keyboard.press('Escape');
  expect(existsSync(trace)).toBe(false);
  expect(existsSync(path.join(folder, 'bikeshare.duckdb'))).toBe(false);
});
