/** What every editor of SQL has, in the real VS Code: squiggles, hover, quick fix, completion, rename with preview. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { STATUS } from '../harness/editor';
import { expect, test } from '../harness/test';

const REVENUE = 'models/marts/daily_revenue.sql';

test('the lens above a model tells its readers and what an edit does, also while the focus is elsewhere', async ({ editor }) => {
  const { page } = editor;
  await editor.open('models/intermediate/ride_charges.sql');
  await editor.ready();
  await expect(editor.lens('unchanged vs')).toBeVisible();
  await expect(editor.lens('3 readers')).toBeVisible();
  await editor.text.locator('.view-line').first().click();
  const upstream = path.join(editor.folder, 'models', 'staging', 'plans.sql');
  writeFileSync(upstream, readFileSync(upstream, 'utf8').replace('  minute_cents\nFROM', '  minute_cents + 1 AS minute_cents\nFROM'));
  // VS Code asks for the lenses a moment after it hears that they changed; a text that loses the focus in that moment is not asked for.
  await page.waitForFunction((id) => /breaking/.test(document.getElementById(id)?.getAttribute('aria-label') ?? ''), STATUS, { polling: 'raf' });
  await page.keyboard.press('Control+Shift+E');
  await expect(editor.lens(/^breaking vs/)).toBeVisible();
  await editor.screenshot('lens');
  await editor.until(() => editor.lens('3 readers').click(), editor.page.locator('.part.panel'));
  const view = await editor.view('lineage');
  await expect(view.locator('.card.centre')).toHaveAttribute('data-model', 'intermediate.ride_charges');
});

test('a hover tells where a column comes from', async ({ editor }) => {
  await editor.open(REVENUE);
  await editor.ready();
  const hover = await editor.hover('electric_cents', /surcharge_cents/);
  await expect(hover).toContainText('intermediate.ride_charges');
  await editor.screenshot('hover');
});

test('a typing mistake is underlined, listed, and a quick fix is offered', async ({ editor }) => {
  await editor.open(REVENUE);
  await editor.ready();
  await editor.goTo(20, 22);
  await editor.type('x');
  await expect(editor.text.locator('.squiggly-error')).not.toHaveCount(0);
  await editor.showProblems();
  const problem = editor.problems.filter({ hasText: 'surcharge_centsx' }).first();
  await expect(problem).toBeVisible();
  await editor.screenshot('squiggle');
  await editor.goTo(20, 12);
  await expect(editor.page.locator('[class*="lightbulb"], [class*="lightBulb"]').first()).toBeVisible();
  const fix = editor.page.locator('.action-widget .monaco-list-row', { hasText: /surcharge_cents/ }).first();
  await editor.until(() => editor.page.keyboard.press('Control+.'), fix);
  await editor.screenshot('quick-fix');
  await editor.until(() => editor.page.keyboard.press('Enter'), () => expect(fix).toBeHidden({ timeout: 2_000 }));
  await expect(editor.text.locator('.squiggly-error')).toHaveCount(0);
  await expect(editor.text.locator('.view-lines')).not.toContainText('surcharge_centsx');
});

test('completion knows the columns in scope', async ({ editor }) => {
  await editor.open(REVENUE);
  await editor.ready();
  await editor.goTo(20);
  await editor.page.keyboard.press('End');
  await editor.page.keyboard.type(', min');
  const list = editor.page.locator('.suggest-widget.visible');
  await expect(list.locator('.monaco-list-row', { hasText: 'minutes' }).first()).toBeVisible();
  await editor.screenshot('completion');
  await editor.until(() => list.locator('.monaco-list-row', { hasText: 'minutes' }).first().click({ timeout: 3_000 }), () => expect(editor.text.locator('.view-lines')).toContainText('electric_cents, minutes', { timeout: 2_000 }));
});

test('a column is renamed in every file, after a look at the preview', async ({ editor }) => {
  await editor.open('models/intermediate/ride_charges.sql');
  await editor.ready();
  await editor.goTo(37, 71);
  const input = editor.page.locator('.rename-box input');
  await editor.until(() => editor.page.keyboard.press('F2'), input);
  await expect(input).toHaveValue('surcharge_cents');
  await input.fill('electric_fee_cents');
  const preview = editor.page.locator('.refactor-preview, .bulk-edit-panel').first();
  await editor.until(() => editor.page.keyboard.press('Control+Enter'), preview);
  await expect(preview).toContainText('daily_revenue.sql');
  await editor.screenshot('rename-preview');
  const apply = preview.getByRole('button', { name: 'Apply' });
  await editor.until(() => apply.click({ timeout: 2_000 }), () => expect(editor.text.locator('.view-lines')).toContainText('electric_fee_cents', { timeout: 5_000 }));
  await editor.openFile('daily_revenue.sql');
  await expect(editor.text.locator('.view-lines')).toContainText('SUM(electric_fee_cents)');
  // VS Code saves what a refactoring changed, a moment after it is seen.
  await expect.poll(() => readFileSync(path.join(editor.folder, REVENUE), 'utf8')).toContain('SUM(electric_fee_cents)');
});

test('headers and macros have colours of their own, the query keeps its', async ({ editor }) => {
  await editor.open(REVENUE);
  const colour = (word: string) =>
    editor.text.locator('.view-lines span span', { hasText: new RegExp(`^\\s*${word}\\s*$`) }).first().evaluate((span) => getComputedStyle(span).color);
  const [header, property, keyword] = [await colour('MODEL'), await colour('time_column'), await colour('SELECT')];
  expect(new Set([header, property, keyword]).size).toBe(3);
});
