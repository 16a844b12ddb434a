import { writeFileSync } from 'node:fs';
import { expect, test } from '../harness/test';

test('opens the demo', async ({ editor }) => {
  await editor.open('models/marts/daily_revenue.sql');
  await editor.ready();
  await editor.hover('gross_cents', /./);
  await editor.screenshot('explore-1');
  await editor.command('Headwater: Show Lineage');
  const view = await editor.view('lineage');
  await expect(view.locator('body')).toContainText(/offer|model/);
  await editor.screenshot('explore-2');
  const themes: Record<string, Record<string, string>> = {};
  for (const [name, theme] of [['light', 'Default Light Modern'], ['dark', 'Default Dark Modern'], ['high-contrast', 'Default High Contrast'], ['high-contrast-light', 'Default High Contrast Light']] as const) {
    await editor.command('Preferences: Color Theme');
    await editor.page.locator('.quick-input-widget:visible input').fill(theme.replace('Default High', 'High').replace('Default ', ''));
    await editor.page.waitForTimeout(1500);
    await editor.page.keyboard.press('Enter');
    await editor.page.waitForTimeout(1500);
    themes[name] = await view.evaluate(() => Object.fromEntries([...document.documentElement.style].map((key) => [key, document.documentElement.style.getPropertyValue(key)])));
    console.log(name, await view.evaluate(() => document.body.className), themes[name]['--vscode-editor-background']);
  }
  writeFileSync('/tmp/themes.json', JSON.stringify(themes));
  await editor.command('Headwater: Show System Report');
  await editor.page.waitForTimeout(1500);
  await editor.screenshot('explore-4');
});
