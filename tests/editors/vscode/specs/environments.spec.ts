/** From an empty database to a promotion and back, by clicks alone. Each test goes on where the one before ended. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '../harness/test';

const CHARGES = 'models/intermediate/ride_charges.sql';
const BUILD_TIMEOUT = 120_000;

test.describe.configure({ mode: 'serial' });

test('an empty database offers to build prod', async ({ editor }) => {
  await editor.open(CHARGES);
  await editor.ready();
  await editor.showSideBar('Headwater');
  await expect(editor.page.locator('.welcome-view-content')).toContainText('Nothing is built yet');
  await editor.screenshot('environments-empty');
  await editor.until(() => editor.page.getByRole('button', { name: 'Build prod' }).click(), editor.tab('Build prod'));
  const plan = await editor.view('plan');
  await expect(plan.locator('h1')).toHaveText('Build prod');
});

test('a build that takes too long is cancelled, and nothing moved', async ({ window: editor }) => {
  const slow = path.join(editor.folder, 'models', 'marts', 'slow.sql');
  writeFileSync(slow, 'MODEL (name marts.slow, kind FULL);\n\nSELECT SUM(a.range + b.range) AS total FROM range(10000000) AS a, range(10000000) AS b\n');
  const plan = await editor.view('plan');
  const row = plan.locator('tr[data-model="marts.slow"]');
  await expect(editor.status).toHaveAttribute('aria-label', /1 non-breaking/);
  await editor.until(() => plan.getByRole('button', { name: 'Build', exact: true }).click({ timeout: 3_000 }), row);
  await expect(plan.locator('.notice.changed')).toContainText('nothing ran'); // what was shown is no longer what would be done
  await editor.screenshot('plan-changed');
  await editor.until(() => plan.getByRole('button', { name: 'Build', exact: true }).click({ timeout: 3_000 }), plan.locator('.notice.running'));
  await expect(plan.locator('.notice.running')).toContainText('marts.slow', { timeout: BUILD_TIMEOUT });
  await editor.screenshot('plan-running');
  await editor.until(() => plan.getByRole('button', { name: 'Cancel' }).click({ timeout: 3_000 }), plan.locator('.notice.cancelled'));
  await expect(plan.locator('.notice.cancelled')).toContainText('prod is as it was');
  await expect(editor.page.locator('.welcome-view-content')).toContainText('Nothing is built yet');
  rmSync(slow);
  await expect(async () => {
    await plan.getByRole('button', { name: 'Refresh' }).click({ timeout: 3_000 });
    await expect(plan.locator('.plan:not(:has(tr[data-model="marts.slow"]))')).toBeVisible({ timeout: 3_000 }); // a plan, and not the wait for one
  }).toPass();
});

test('the plan is shown before it runs', async ({ window: editor }) => {
  const plan = await editor.view('plan');
  await expect(plan.locator('tr[data-model="marts.daily_revenue"]')).toBeVisible();
  await editor.screenshot('plan-prod');
  await editor.until(() => plan.getByRole('button', { name: 'Build', exact: true }).click({ timeout: 3_000 }), plan.locator('.notice'));
  await expect(plan.locator('.notice.done')).toContainText('tables computed', { timeout: BUILD_TIMEOUT });
  await expect(editor.row('prod')).toBeVisible();
  await expect(editor.notifications).toHaveCount(0); // what a view says is not said again above it
});

test('dev is created as a mirror', async ({ window: editor }) => {
  await editor.until(() => editor.page.locator('.sidebar .action-label[aria-label*="Create Environment"]').first().click(), editor.page.locator('.quick-input-widget:visible'));
  await expect(editor.page.locator('.quick-input-widget:visible')).toContainText('nothing is copied or computed');
  await editor.answer('Dev-1');
  await expect(editor.page.locator('.quick-input-widget:visible .quick-input-message')).toContainText('A name starts with a letter');
  await editor.answer('dev');
  await expect(editor.row('dev')).toContainText('same as prod');
  await expect(editor.page.locator('.part.statusbar')).toContainText('Create dev');
  await expect(editor.notifications).toHaveCount(0);
});

test('an edit is built in dev, what it leaves alone is reused', async ({ window: editor }) => {
  await editor.openFile(CHARGES);
  await editor.goTo(37, 32);
  await editor.type('5');
  await editor.save();
  await editor.rowAction('dev', 'Build Environment', editor.tab('Build dev'));
  const plan = await editor.view('plan');
  await expect(plan.locator('h1')).toHaveText('Build dev');
  await expect(plan.locator('tr[data-model="intermediate.ride_charges"]')).toHaveAttribute('data-action', /build/);
  await expect(plan.locator('details summary')).toContainText('reused');
  await editor.screenshot('plan-dev');
  await editor.until(() => plan.getByRole('button', { name: 'Build', exact: true }).click({ timeout: 3_000 }), plan.locator('.notice'));
  await expect(plan.locator('.notice.done')).toBeVisible({ timeout: BUILD_TIMEOUT });
  await expect(editor.row('dev')).toContainText(/differs? from prod/);
  await expect(editor.row('Other than prod')).toBeVisible();
  await editor.screenshot('environments');
});

test('data is previewed in the environment that is chosen', async ({ window: editor }) => {
  await editor.openFile('models/marts/daily_revenue.sql');
  await editor.command('Headwater: Preview Data');
  const data = await editor.view('data');
  await expect(data.locator('.grid-body .grid-row').first()).toBeVisible({ timeout: BUILD_TIMEOUT });
  await expect(data.getByRole('columnheader', { name: /electric_cents/ })).toBeVisible();
  await data.getByLabel('Environment').selectOption('dev');
  await expect(data.locator('.data')).toHaveAttribute('data-environment', 'dev');
  await expect(data.locator('.grid-body .grid-row').first()).toBeVisible();
  await editor.screenshot('data');
});

test('the CTE that the cursor is in is previewed, and what is selected', async ({ window: editor }) => {
  await editor.openFile(CHARGES);
  await editor.goTo(27, 10); // in the CTE `extra`
  await editor.command('Headwater: Preview Data');
  const data = await editor.view('data');
  const subject = data.locator('.data[aria-busy="false"] .subject');
  await expect(subject).toHaveText('extra in ride_charges.sql', { timeout: BUILD_TIMEOUT });
  await expect(data.getByRole('columnheader', { name: /included_minutes/ })).toBeAttached(); // which the model does not have
  await editor.goTo(12, 1);
  for (let line = 12; line < 24; line += 1) await editor.page.keyboard.press('Shift+ArrowDown');
  await expect(editor.page.locator('[id="status.editor.selection"]')).toHaveText(/Ln 24, Col 1 .*selected/);
  await editor.choose(editor.text.locator('.view-line', { hasText: 'd.plan_id' }).first(), 'Preview Selected SQL'); // the palette is opened with an Escape here, which lets go of a selection
  await expect(subject).toHaveText('Selection in ride_charges.sql', { timeout: BUILD_TIMEOUT });
  await expect(data.locator('.grid-body .grid-row').first()).toBeVisible();
  await editor.screenshot('data-selection');
});

test('a query that fails says why, and what to do', async ({ window: editor }) => {
  await editor.openFile('models/marts/daily_revenue.sql');
  await editor.goTo(20, 22);
  await editor.type('x');
  await editor.command('Headwater: Preview Data');
  const data = await editor.view('data');
  await expect(data.locator('.empty[data-state="error"]')).toContainText('surcharge_centsx');
  await expect(data.getByRole('button', { name: 'Show Log' })).toBeVisible();
  await editor.screenshot('data-failed');
  await editor.undo('surcharge_centsx');
  await editor.until(() => data.getByRole('button', { name: 'Try Again' }).click({ timeout: 3_000 }), data.locator('.grid-body .grid-row').first());
});

test('a model is compared in prod and dev', async ({ window: editor }) => {
  await editor.openFile('models/marts/daily_revenue.sql');
  await editor.command('Headwater: Compare Model Between Environments');
  const compare = await editor.view('compare');
  await expect(compare.locator('.compare')).toHaveAttribute('data-model', 'marts.daily_revenue', { timeout: BUILD_TIMEOUT });
  await expect(compare.locator('[data-column="electric_cents"]')).toContainText('differ');
  await editor.until(() => compare.locator('[data-column="electric_cents"] summary').click(), compare.locator('[data-column="electric_cents"] tbody tr').first());
  await editor.screenshot('compare');
});

test('dev is promoted; nothing is computed', async ({ window: editor }) => {
  await editor.rowAction('dev', 'Promote Environment', editor.tab('Promote dev'));
  const plan = await editor.view('plan');
  await expect(plan.locator('h1')).toHaveText('Promote dev to prod');
  await expect(plan.locator('.summary')).toContainText('Nothing is computed.');
  await editor.screenshot('plan-promote');
  await editor.until(() => plan.getByRole('button', { name: 'Promote', exact: true }).click({ timeout: 3_000 }), plan.locator('.notice'));
  await expect(plan.locator('.notice.done')).toBeVisible({ timeout: BUILD_TIMEOUT });
  await expect(editor.row('dev')).toContainText('same as prod');
});

test('prod is rolled back after a question', async ({ window: editor }) => {
  await editor.rowMenu('prod', 'Roll Back Environment');
  await expect(editor.dialog).toContainText('Return prod to its previous version?');
  await editor.screenshot('rollback-question');
  await editor.until(() => editor.dialog.getByRole('button', { name: 'Roll Back' }).click({ timeout: 3_000 }), () => expect(editor.dialog).toBeHidden({ timeout: 2_000 }));
  await expect(editor.row('dev')).toContainText(/differs? from prod/);
});

test('dev is dropped after a question', async ({ window: editor }) => {
  await editor.rowMenu('dev', 'Drop Environment');
  await expect(editor.dialog).toContainText('Drop the environment dev?');
  await editor.until(() => editor.dialog.getByRole('button', { name: 'Drop' }).click({ timeout: 3_000 }), () => expect(editor.dialog).toBeHidden({ timeout: 2_000 }));
  await expect(editor.row('dev')).toHaveCount(0);
  await expect(editor.page.locator('.part.statusbar')).toContainText('Drop dev: done.');
  await expect(editor.row('prod')).toBeVisible();
});

test('of a huge result the first rows are shown, and that there are more', async ({ window: editor }) => {
  writeFileSync(path.join(editor.folder, 'models', 'marts', 'huge.sql'), "MODEL (name marts.huge, kind FULL);\n\nSELECT range AS id, repeat('long ', 4000) AS words FROM range(2000000000)\n");
  await editor.openFile('models/marts/huge.sql');
  await editor.command('Headwater: Preview Data');
  const data = await editor.view('data');
  await expect(data.locator('.data[aria-busy="false"] .subject')).toHaveText('huge.sql', { timeout: BUILD_TIMEOUT });
  await expect(data.locator('.count')).toContainText('first 500 rows');
  await expect(data.locator('.data')).toHaveAttribute('data-environment', 'prod'); // dev, which was chosen, is gone
  await editor.screenshot('data-huge');
  // The keyboard alone: to a cell that is cut, its whole text, back, and sorted by its column.
  const grid = data.getByRole('grid');
  const press = (key: string) => grid.press(key);
  await press('ArrowDown');
  await press('PageDown');
  await press('ArrowRight');
  await expect(grid.locator('.cell.at')).toContainText('long long');
  await press('Enter');
  const detail = data.getByRole('dialog', { name: /^words, row/ });
  await expect(detail.getByRole('textbox')).toHaveValue('long '.repeat(4000));
  await editor.screenshot('data-cell');
  await detail.getByRole('textbox').press('Escape');
  await expect(detail).toHaveCount(0);
  await expect(grid).toBeFocused();
  await press('Control+Home');
  await press('Enter');
  await press('Enter');
  await expect(data.getByRole('columnheader', { name: /^id/ })).toHaveAttribute('aria-sort', 'descending');
  await expect(grid.locator('.grid-body .grid-row').first()).toContainText('499');
});

test('a preview that takes too long is cancelled, and the next one runs', async ({ window: editor }) => {
  writeFileSync(path.join(editor.folder, 'models', 'marts', 'slow.sql'), 'MODEL (name marts.slow, kind FULL);\n\nSELECT SUM(a.range + b.range) AS total FROM range(10000000) AS a, range(10000000) AS b\n');
  await editor.openFile('models/marts/slow.sql');
  await editor.command('Headwater: Preview Data');
  const data = await editor.view('data');
  await editor.until(() => data.getByRole('button', { name: 'Cancel' }).click({ timeout: 3_000 }), data.locator('.empty[data-state="idle"]'));
  await expect(data.locator('.empty')).toContainText('slow.sql: the query was cancelled.');
  await editor.screenshot('data-cancelled');
  await editor.openFile('models/marts/daily_revenue.sql');
  await editor.command('Headwater: Preview Data');
  await expect(data.locator('.data[aria-busy="false"] .subject')).toHaveText('daily_revenue.sql', { timeout: BUILD_TIMEOUT });
});

test('the workspace’s unit tests run in the Test Explorer', async ({ editor }) => {
  const { page } = editor;
  await editor.open(CHARGES);
  await editor.ready();
  await editor.showSideBar('Testing');
  const tests = page.locator('.test-explorer');
  await expect(tests.locator('.monaco-list-row', { hasText: 'intermediate.ride_charges' })).toBeVisible();
  await editor.command('Test: Run All Tests');
  await expect(tests.locator('.monaco-list-row .computed-state.codicon-testing-passed-icon').first()).toBeVisible({ timeout: BUILD_TIMEOUT });
  await expect(tests.locator('.computed-state.codicon-testing-failed-icon, .computed-state.codicon-testing-error-icon')).toHaveCount(0);
  await editor.screenshot('tests');
});
