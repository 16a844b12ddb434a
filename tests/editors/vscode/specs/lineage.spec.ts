/** The lineage panel in the real VS Code: it follows the cursor, and an edit ripples through it. */
import { expect, test } from '../harness/test';

const CHARGES = 'models/intermediate/ride_charges.sql';

test('the panel follows the cursor, and leads back to the code', async ({ editor }) => {
  await editor.open(CHARGES);
  await editor.ready();
  await editor.command('Headwater: Show Lineage');
  const view = await editor.view('lineage');
  await expect(view.locator('.card.centre')).toHaveAttribute('data-model', 'intermediate.ride_charges');
  await expect(view.locator('.card[data-model="marts.daily_revenue"]')).toBeAttached();
  await expect(view.locator('.card[data-model="staging.plans"]')).toBeAttached();
  await editor.screenshot('lineage');

  await editor.text.locator('.view-lines').click();
  await editor.goTo(37, 65);
  await expect(view.locator('.card.centre .row.pinned')).toHaveAttribute('data-column', 'surcharge_cents');
  await expect(view.locator('.card[data-model="marts.daily_revenue"] .row.lit')).toHaveAttribute('data-column', 'electric_cents');
  await expect(view.locator('.wire.column, .wire.indirect')).not.toHaveCount(0);
  await editor.screenshot('lineage-column');

  await view.locator('.card[data-model="marts.daily_revenue"] .row[data-column="electric_cents"]').dblclick();
  await expect(editor.tab('daily_revenue.sql')).toHaveAttribute('aria-selected', 'true');
  await expect(editor.page.locator('[id="status.editor.selection"]')).toHaveText(/Ln 20/);
  await expect(view.locator('.card.centre')).toHaveAttribute('data-model', 'marts.daily_revenue');
});

test('depth is chosen in the panel', async ({ editor }) => {
  await editor.open(CHARGES);
  await editor.ready();
  await editor.command('Headwater: Show Lineage');
  const view = await editor.view('lineage');
  await expect(view.locator('.canvas')).toHaveAttribute('data-ready', 'true');
  const before = Number(await view.locator('.canvas').getAttribute('data-models'));
  await view.getByRole('button', { name: 'One step more upstream' }).click();
  await expect(view.locator('[data-depth="upstream"]')).toHaveText('2');
  await expect.poll(async () => Number(await view.locator('.canvas').getAttribute('data-models'))).toBeGreaterThan(before);
  await view.getByRole('button', { name: 'One step less upstream' }).click();
  await expect.poll(async () => Number(await view.locator('.canvas').getAttribute('data-models'))).toBe(before);
});

for (const [kind, theme] of [['light', 'Default Light Modern'], ['dark', 'Default Dark Modern'], ['high-contrast', 'Default High Contrast']] as const) {
  test(`an edit ripples while it is typed, in ${kind}`, async ({ editor }) => {
    editor.configure({ 'workbench.colorTheme': theme });
    await editor.open(CHARGES);
    await editor.ready();
    await editor.command('Headwater: Show Lineage');
    const view = await editor.view('lineage');
    await expect(view.locator('body')).toHaveClass(new RegExp(`vscode-${kind}( |$)`));
    await expect(view.locator('.card.centre')).toHaveAttribute('data-model', 'intermediate.ride_charges');
    await editor.text.locator('.view-lines').click();
    await editor.goTo(37, 32);
    await editor.type('5');
    await expect(view.locator('.card[data-model="intermediate.ride_charges"]')).toHaveClass(/breaking/);
    await expect(view.locator('.card[data-model="marts.daily_revenue"]')).toHaveClass(/breaking/);
    await expect(view.locator('.card[data-model="intermediate.ride_charges"] .row[data-column="surcharge_cents"]')).toHaveClass(/changed/);
    await expect(view.locator('.card[data-model="staging.plans"]')).toHaveClass(/faded/);
    await expect(editor.status).toHaveAttribute('aria-label', /breaking/);
    await editor.screenshot(`ripple-${kind}`);
    await editor.undo('THEN 105');
    await expect(view.locator('.card.breaking')).toHaveCount(0);
  });
}
