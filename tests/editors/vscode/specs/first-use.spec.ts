/** A clean profile: no settings at all, a server in .venv, and how long until it answers. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { python, ROOT } from '../harness/paths.mjs';
import { expect, test as base } from '../harness/test';

const test = base;
test.use({ serverOptions: { settings: { 'headwater.server.command': [] }, trust: false } });

/** A virtual environment that sees the repository's server and its packages, as `pip install` would have put them there. */
function makeVenv(folder: string): void {
  const venv = path.join(folder, '.venv');
  const site = execFileSync(python(), ['-c', 'import sysconfig; print(sysconfig.get_paths()["purelib"])'], { encoding: 'utf8' }).trim();
  const [major, minor] = execFileSync(python(), ['-c', 'import sys; print(*sys.version_info[:2])'], { encoding: 'utf8' }).trim().split(' ');
  const own = path.join(venv, 'lib', `python${major}.${minor}`, 'site-packages');
  mkdirSync(own, { recursive: true });
  mkdirSync(path.join(venv, 'bin'), { recursive: true });
  const real = execFileSync(python(), ['-c', 'import os, sys; print(os.path.realpath(sys.executable))'], { encoding: 'utf8' }).trim();
  symlinkSync(real, path.join(venv, 'bin', 'python'));
  writeFileSync(path.join(venv, 'pyvenv.cfg'), `home = ${path.dirname(real)}\ninclude-system-site-packages = false\n`);
  writeFileSync(path.join(own, 'headwater.pth'), `${ROOT}\n${site}\n`);
}

test('with no settings at all, a hover shows lineage soon after the file is open', async ({ editor }, info) => {
  makeVenv(editor.folder);
  await editor.open('models/marts/daily_revenue.sql');
  const opened = Date.now();
  await editor.ready();
  await editor.hover('electric_cents', /surcharge_cents/);
  const taken = (Date.now() - opened) / 1000;
  info.annotations.push({ type: 'file open to hover with lineage', description: `${taken.toFixed(1)} s` });
  console.log(`file open to hover with lineage: ${taken.toFixed(1)} s`);
});

test('where there is no server, there is an offer to install one', async ({ editor }) => {
  await editor.open('models/marts/daily_revenue.sql');
  await expect(editor.status).toHaveAttribute('aria-label', /not installed/, { timeout: 45_000 });
  await expect(editor.notifications.filter({ hasText: 'Headwater’s server is not in' })).toBeVisible();
  await expect(editor.notifications.getByRole('button', { name: 'Install' })).toBeVisible();
  await editor.command('Headwater: Show Lineage');
  const view = await editor.view('lineage');
  await expect(view.getByRole('button', { name: 'Install Server' })).toBeVisible();
  await editor.screenshot('missing-server');
});
