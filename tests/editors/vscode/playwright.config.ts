import path from 'node:path';
import { defineConfig } from '@playwright/test';
import { findChromium } from './setup.mjs';
import { OUT } from './harness/paths.mjs';

const reports = process.env.HEADWATER_REPORTS;

export default defineConfig({
  testDir: 'specs',
  outputDir: path.join(OUT, 'results'),
  globalSetup: './harness/global-setup.ts',
  workers: 1, // one VS Code at a time: two cores
  // In CI a spec may have a second try and is then listed as flaky, a fault to be found; `make prove` and everybody else allow none.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 180_000, // a loaded machine is slow, not wrong; what a test waits for has limits of its own
  expect: { timeout: 20_000 },
  reporter: [['list'], ...(reports ? [['junit', { outputFile: path.join(reports, 'vscode.xml') }] as const] : [])],
  use: {
    viewport: { width: 1280, height: 800 },
    actionTimeout: 15_000,
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: findChromium(),
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
});
