/** From an empty database to a built environment, by clicks alone: plan, build, preview. */
import { expect, test } from '../harness/test';

const CHARGES = 'models/intermediate/ride_charges.sql';

test('prod is built, dev is created and built, data is looked at', async ({ editor }) => {
  test.setTimeout(480_000);
  const { page } = editor;
  const row = (name: string) => page.locator('.pane-body .monaco-list-row', { hasText: new RegExp(`^${name}`) }).first();
  const action = async (name: string, title: string) => {
    await row(name).hover();
    await row(name).locator(`.action-label[aria-label*="${title}"]`).click();
  };
  await editor.open(CHARGES);
  await editor.ready();

  await test.step('an empty database offers to build prod', async () => {
    await page.getByRole('tab', { name: 'Headwater' }).first().click();
    await expect(page.locator('.welcome-view-content')).toContainText('Nothing is built yet');
    await editor.screenshot('environments-empty');
    await page.getByRole('button', { name: 'Build prod' }).click();
  });

  await test.step('the plan is shown before it runs', async () => {
    const plan = await editor.view('plan');
    await expect(plan.locator('h1')).toHaveText('Build prod');
    await expect(plan.locator('tr[data-model="marts.daily_revenue"]')).toBeVisible();
    await editor.screenshot('plan-prod');
    await plan.getByRole('button', { name: 'Build', exact: true }).click();
    await expect(plan.locator('.notice.done')).toBeVisible({ timeout: 120_000 });
    await expect(row('prod')).toBeVisible();
  });

  await test.step('dev is created as a mirror', async () => {
    await page.locator('.sidebar .action-label[aria-label*="Create Environment"]').first().click();
    await editor.answer('dev');
    await expect(row('dev')).toContainText('same as prod');
  });

  await test.step('an edit is built in dev, what it leaves alone is reused', async () => {
    await editor.tab('ride_charges.sql').click();
    await editor.goTo(37, 32);
    await editor.type('5');
    await editor.save();
    await action('dev', 'Build Environment');
    const plan = await editor.view('plan');
    await expect(plan.locator('h1')).toHaveText('Build dev');
    await expect(plan.locator('tr[data-model="intermediate.ride_charges"]')).toHaveAttribute('data-action', /build/);
    await expect(plan.locator('details summary')).toContainText('reused');
    await editor.screenshot('plan-dev');
    await plan.getByRole('button', { name: 'Build', exact: true }).click();
    await expect(plan.locator('.notice.done')).toBeVisible({ timeout: 120_000 });
    await expect(row('dev')).toContainText(/differs? from prod/);
    await editor.screenshot('environments');
  });

  await test.step('data is previewed', async () => {
    await editor.openFile('models/marts/daily_revenue.sql');
    await editor.command('Headwater: Preview Data');
    const data = await editor.view('data');
    await expect(data.locator('.grid-body .grid-row').first()).toBeVisible({ timeout: 60_000 });
    await expect(data.getByRole('columnheader', { name: /electric_cents/ })).toBeVisible();
    await editor.screenshot('data');
  });
});
