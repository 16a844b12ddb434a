/** The fixtures: one VS Code for a file of tests, a fresh copy of a workspace and a page for each test. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test as base } from '@playwright/test';
import { startCodeServer } from './code-server.mjs';
import { Editor } from './editor';
import { DEMO, OUT, python, ROOT, VSIX } from './paths.mjs';

export { expect } from '@playwright/test';

interface CodeServer { url: string; pid: number; stop(): Promise<void> }

export interface ServerOptions {
  /** User settings; `headwater.server.command` is the repository's server unless given. */
  settings: Record<string, unknown>;
  trust: boolean;
}

interface Fixtures { workspace: string; editor: Editor }
interface WorkerFixtures { serverOptions: ServerOptions; codeServer: CodeServer; scratch: string }

/** A copy under version control: the commit is the baseline where nothing is built. */
export function copyWorkspace(from: string, to: string): string {
  cpSync(from, to, { recursive: true, filter: (source) => !/\.(duckdb|wal)$|\.headwater$/.test(source) });
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], { cwd: to, stdio: 'ignore' });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'start');
  return to;
}

export const serverCommand = () => [python(), '-m', 'lsp_server', 'lsp'];

export const test = base.extend<Fixtures, WorkerFixtures>({
  serverOptions: [{ settings: {}, trust: false }, { scope: 'worker', option: true }],

  scratch: [
    async ({}, use) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'headwater-vscode-'));
      await use(folder);
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],

  codeServer: [
    async ({ scratch, serverOptions }, use) => {
      const settings = { 'headwater.server.command': serverCommand(), ...serverOptions.settings };
      const server = await startCodeServer({ state: path.join(scratch, 'vscode'), vsix: VSIX, settings, trust: serverOptions.trust, env: { PYTHONPATH: ROOT } });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],

  workspace: async ({ scratch }, use, info) => {
    const folder = path.join(scratch, 'workspaces', info.testId, 'bikeshare');
    mkdirSync(path.dirname(folder), { recursive: true });
    await use(copyWorkspace(DEMO, folder));
  },

  editor: async ({ page, codeServer, workspace }, use) => {
    const editor = new Editor(page, codeServer.url, workspace, path.join(OUT, 'screenshots'));
    await use(editor);
    await editor.close();
  },
});
