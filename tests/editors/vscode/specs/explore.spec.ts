import { expect, test } from '../harness/test';

test('opens the demo', async ({ editor }) => {
  await editor.open('models/marts/daily_revenue.sql');
  await editor.screenshot('explore-1');
  await editor.ready();
  await editor.command('Headwater: Show Lineage');
  await editor.screenshot('explore-2');
  const view = await editor.view('lineage');
  await expect(view.locator('body')).toContainText(/./);
  await editor.screenshot('explore-3');
});
