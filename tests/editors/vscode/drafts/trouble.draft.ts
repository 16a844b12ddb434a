/** When something is not as it should be: each case has a state of its own and a way on. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { theServer } from '../harness/processes';
import { expect, test } from '../harness/test';

const REVENUE = 'models/marts/daily_revenue.sql';

test('a server that is killed comes back with the text as it was typed', async ({ editor, codeServer }) => {
  await editor.open(REVENUE);
  await editor.ready();
  await editor.goTo(20, 22);
  await editor.type('x');
  await expect(editor.text.locator('.squiggly-error')).not.toHaveCount(0);
  const before = await theServer(codeServer.pid);
  process.kill(before, 'SIGKILL');
  await theServer(codeServer.pid, [before]);
  await editor.ready();
  await editor.page.keyboard.press('Control+Shift+M');
  await expect(editor.problems.filter({ hasText: 'surcharge_centsx' })).toHaveCount(1);
  await editor.hover('electric_cents', /./);
});

test('a server that ends each time is not started for ever', async ({ editor }) => {
  const script = path.join(editor.folder, 'crashing_server.py');
  writeFileSync(script, 'import sys\nprint("cannot start: the disk is full", file=sys.stderr)\nsys.exit(3)\n');
  editor.configure({ 'headwater.server.command': ['python3', script] });
  await editor.open(REVENUE);
  await expect(editor.status).toHaveAttribute('aria-label', /the server stopped/, { timeout: 45_000 });
  await expect(editor.notifications.filter({ hasText: 'Headwater’s server stopped' })).toBeVisible();
  await editor.command('Headwater: Show Lineage');
  const view = await editor.view('lineage');
  await expect(view.getByRole('button', { name: 'Restart Server' })).toBeVisible();
  await editor.screenshot('crash-loop');
});

test('without a server there is an offer, and a report of where it was looked for', async ({ editor }) => {
  editor.configure({ 'headwater.server.command': ['/nowhere/headwater', 'lsp'] });
  await editor.open(REVENUE);
  await expect(editor.status).toHaveAttribute('aria-label', /the server stopped|not installed/, { timeout: 45_000 });
  await editor.command('Headwater: Show System Report');
  await expect(editor.text.locator('.view-lines')).toContainText('Where the server was looked for');
  await expect(editor.text.locator('.view-lines')).toContainText('/nowhere/headwater');
  await editor.screenshot('report');
});

test('two folders with two configurations are two workspaces', async ({ page, codeServer, workspace, scratch }, info) => {
  const { Editor } = await import('../harness/editor');
  const other = path.join(path.dirname(workspace), 'shop');
  const { mkdirSync } = await import('node:fs');
  mkdirSync(path.join(other, 'models'), { recursive: true });
  writeFileSync(path.join(other, 'config.yaml'), 'model_defaults:\n  dialect: snowflake\n');
  writeFileSync(path.join(other, 'models', 'orders.sql'), 'MODEL (name shop.orders, kind FULL);\n\nSELECT 1 AS id, nothing FROM shop.items\n');
  writeFileSync(path.join(other, 'models', 'items.sql'), 'MODEL (name shop.items, kind FULL);\n\nSELECT 1 AS id\n');
  const file = path.join(scratch, `${info.testId}.code-workspace`);
  writeFileSync(file, JSON.stringify({ folders: [{ path: workspace }, { path: other }] }));
  const editor = new Editor(page, codeServer.url, file, '');
  await editor.open(path.relative(file, path.join(other, 'models', 'orders.sql')));
  await editor.ready();
  await editor.page.keyboard.press('Control+Shift+M');
  await expect(editor.problems.filter({ hasText: 'nothing' }).first()).toBeVisible();
  await editor.command('Headwater: Show System Report');
  await expect(editor.text.locator('.view-lines')).toContainText('"dialect": "snowflake"');
  await expect(editor.text.locator('.view-lines')).toContainText('"dialect": "duckdb"');
});

test('a file outside every workspace is analysed alone', async ({ editor }) => {
  const outside = path.join(path.dirname(editor.folder), 'alone.sql');
  writeFileSync(outside, 'SELECT 1 AS one FROM (SELECT 2 AS two\n');
  await editor.open(REVENUE, path.relative(editor.folder, outside));
  await editor.ready();
  await expect(editor.text.locator('.squiggly-error, .squiggly-warning')).not.toHaveCount(0);
  await editor.command('Headwater: Show Lineage');
  const view = await editor.view('lineage');
  await expect(view.locator('.empty')).toHaveAttribute('data-state', /outside|unsupported/);
});
