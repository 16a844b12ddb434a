/** Where people look for things: walkthrough, menus, icons, the status bar, snippets. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '../harness/test';

const REVENUE = 'models/marts/daily_revenue.sql';

test('icons in the title, entries in the context menu, a menu behind the status bar', async ({ editor }) => {
  const { page } = editor;
  await editor.open(REVENUE);
  await editor.ready();
  const actions = page.locator('.editor-group-container.active .editor-actions');
  await expect(actions.locator('[aria-label^="Show Lineage"]')).toBeVisible();
  await expect(actions.locator('[aria-label^="Preview Data"]')).toBeVisible();
  await editor.menu(editor.text.locator('.view-line').first(), 'Show Lineage');
  for (const entry of ['Show Lineage', 'Preview Data', 'Compare Model Between Environments...']) {
    await expect(page.locator('.monaco-menu .action-item', { hasText: entry })).toBeVisible();
  }
  await editor.screenshot('context-menu');
  await editor.until(() => page.keyboard.press('Escape'), () => expect(page.locator('.monaco-menu')).toHaveCount(0, { timeout: 2_000 }));
  const list = page.locator('.quick-input-widget:visible .quick-input-list');
  await editor.until(() => editor.status.click(), list);
  for (const entry of ['Show Lineage', 'Show Plan...', 'Show Environments', 'Restart Server', 'Show Log', 'Show System Report']) {
    await expect(list.locator('.monaco-list-row', { hasText: entry })).toBeVisible();
  }
  await editor.screenshot('status-menu');
  const log = page.locator('.panel .output-view, .panel [id*="workbench.panel.output"]').first();
  await editor.until(() => list.locator('.monaco-list-row', { hasText: 'Show Log' }).click({ timeout: 3_000 }), log);
});

test('a snippet makes a model', async ({ editor }) => {
  const file = path.join(editor.folder, 'models', 'marts', 'by_snippet.sql');
  writeFileSync(file, '');
  await editor.open('models/marts/by_snippet.sql');
  await editor.ready();
  await editor.page.keyboard.type('model-incr');
  const entry = editor.page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'model-incremental' }).first();
  await expect(entry).toBeVisible();
  await entry.click();
  await expect(editor.text.locator('.view-lines')).toContainText('INCREMENTAL_BY_TIME_RANGE');
  await expect(editor.text.locator('.view-lines')).toContainText('by_snippet');
});

test('the lineage is saved as a picture', async ({ editor }) => {
  const { page } = editor;
  await editor.open(REVENUE);
  await editor.ready();
  await editor.command('Headwater: Show Lineage');
  const view = await editor.view('lineage');
  await expect(view.locator('.card.centre')).toHaveAttribute('data-model', 'marts.daily_revenue');
  const svg = view.getByRole('menuitem', { name: 'SVG' });
  const target = path.join(path.dirname(editor.folder), 'lineage.svg');
  await expect(async () => {
    // A dialog that still reads its folder when it is answered takes the name that it proposed: nothing tells that beforehand.
    await editor.until(() => view.getByRole('button', { name: 'Export as SVG or PNG' }).click(), svg);
    await editor.until(() => svg.click(), page.locator('.quick-input-widget:visible'));
    await expect(page.locator('.quick-input-widget:visible')).toContainText('Export Lineage');
    await editor.answerPath(target);
    await expect(editor.notifications.filter({ hasText: 'Lineage saved as lineage.svg' })).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 90_000, intervals: [0] });
  expect(readFileSync(target, 'utf8')).toContain('marts.daily_revenue');
});

test('the walkthrough writes the demo and opens it', async ({ openWindow, scratch }) => {
  const folder = path.join(scratch, 'nothing-yet');
  mkdirSync(folder);
  const editor = await openWindow(folder);
  const { page } = editor;
  await editor.open();
  await editor.command('Headwater: Get Started');
  const steps = page.locator('.gettingStartedContainer');
  await expect(steps).toContainText('Get Started with Headwater');
  await editor.screenshot('walkthrough');
  const open = steps.getByText('Open the Demo Workspace');
  await editor.until(() => steps.getByRole('button', { name: /Open a folder of models/ }).first().click(), open);
  const question = page.locator('.quick-input-widget:visible', { hasText: 'Where to put the folder headwater-demo' });
  await editor.until(() => open.click({ timeout: 3_000 }), question);
  await editor.answerPath(`${folder}/`);
  await page.waitForURL(/headwater-demo/);
  expect(existsSync(path.join(folder, 'headwater-demo', REVENUE))).toBe(true);
  await editor.openFile(REVENUE);
  await editor.ready();
  await editor.hover('electric_cents', /surcharge_cents/);
});

// What ticks off nothing is in the unit tests: VS Code keeps the ticks, and other specs in this window edit models.
test('the walkthrough ticks off what was done, before it was opened as well', async ({ editor }) => {
  await editor.open(REVENUE);
  await editor.ready();
  await editor.command('Headwater: Get Started');
  const steps = editor.page.locator('.gettingStartedContainer');
  const done = (title: string) => steps.getByRole('checkbox', { name: `Checkbox for Step ${title}` });
  await expect(done('The server')).toBeChecked();
  await expect(done('Open a folder of models')).toBeChecked();
  await editor.openFile(REVENUE);
  await editor.command('Headwater: Show Lineage');
  await editor.goTo(5);
  const view = await editor.view('lineage');
  await expect(view.locator('.card.centre')).toHaveAttribute('data-model', 'marts.daily_revenue');
  await editor.command('Headwater: Get Started');
  await expect(done('Follow a column')).toBeChecked();
  await editor.screenshot('walkthrough-ticked');
});
