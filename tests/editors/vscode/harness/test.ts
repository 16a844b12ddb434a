/** The fixtures: one VS Code and one window for all tests of a kind, put back to how it was before each; other windows where a test needs one. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, test as base } from '@playwright/test';
import { startCodeServer } from './code-server.mjs';
import { Editor } from './editor';
import { DEMO, OUT, python, ROOT, VSIX } from './paths.mjs';

export { expect } from '@playwright/test';

const SCREENSHOTS = path.join(OUT, 'screenshots');
const VIEWPORT = { width: 1280, height: 800 };

interface CodeServer { url: string; pid: number; stop(): Promise<void> }

export interface ServerOptions {
  /** User settings; `headwater.server.command` is the repository's server unless given. */
  settings: Record<string, unknown>;
  trust: boolean;
  /** More environment for VS Code and what it starts; may use `scratch`. */
  env?: (scratch: string) => Record<string, string>;
  /** More extensions, as .vsix files. */
  extensions?: (scratch: string) => string[];
}

interface Fixtures {
  /** The shared window with the demo, as if just opened: files as committed, no editor open. What was built in the database stays. */
  editor: Editor;
  /** A window of its own on another folder or .code-workspace; closed afterwards. */
  openWindow: (folder: string) => Promise<Editor>;
}

interface WorkerFixtures {
  serverOptions: ServerOptions;
  scratch: string;
  codeServer: CodeServer;
  browserContext: BrowserContext;
  /** The shared window as the last test left it, for tests that go on where the one before ended. */
  window: Editor;
}

function git(folder: string, ...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], { cwd: folder, stdio: 'ignore' });
}

/** A copy under version control: the commit is the baseline where nothing is built. */
export function copyWorkspace(from: string, to: string): string {
  mkdirSync(path.dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, filter: (source) => !/\.(duckdb|wal)$|\.headwater$/.test(source) });
  git(to, 'init', '-q', '-b', 'main');
  writeFileSync(path.join(to, '.git', 'info', 'exclude'), '*.duckdb*\n.headwater\n.vscode\n.venv\n');
  git(to, 'add', '-A');
  git(to, 'commit', '-qm', 'start');
  return to;
}

export const serverCommand = () => [python(), '-m', 'lsp_server', 'lsp'];

export const test = base.extend<Fixtures, WorkerFixtures>({
  serverOptions: [{ settings: {}, trust: false }, { scope: 'worker', option: true }],

  scratch: [
    async ({}, use) => {
      const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'headwater-vscode-')));
      await use(folder);
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
    { scope: 'worker' },
  ],

  codeServer: [
    async ({ scratch, serverOptions }, use) => {
      const { settings, trust, env, extensions } = serverOptions;
      const server = await startCodeServer({
        state: path.join(scratch, 'vscode'),
        extensions: [VSIX, ...(extensions?.(scratch) ?? [])],
        settings: { 'headwater.server.command': serverCommand(), ...settings },
        trust,
        env: { PYTHONPATH: ROOT, ...env?.(scratch) },
      });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  browserContext: [
    async ({ browser }, use) => {
      const context = await browser.newContext({ viewport: VIEWPORT, permissions: ['clipboard-read', 'clipboard-write'] });
      context.setDefaultTimeout(20_000);
      await use(context);
      await context.close();
    },
    { scope: 'worker' },
  ],

  window: [
    async ({ browserContext, codeServer, scratch }, use) => {
      const folder = copyWorkspace(DEMO, path.join(scratch, 'shared', 'bikeshare'));
      const editor = new Editor(await browserContext.newPage(), codeServer.url, folder, SCREENSHOTS);
      await use(editor);
      await editor.close();
    },
    { scope: 'worker' },
  ],

  editor: async ({ window }, use) => {
    await window.closeEverything();
    git(window.folder, 'checkout', '-q', '--', '.');
    git(window.folder, 'clean', '-fdq');
    window.clearSettings();
    await use(window);
  },

  openWindow: async ({ browserContext, codeServer }, use) => {
    const opened: Editor[] = [];
    await use(async (folder) => {
      const editor = new Editor(await browserContext.newPage(), codeServer.url, folder, SCREENSHOTS);
      opened.push(editor);
      return editor;
    });
    for (const editor of opened) await editor.close();
  },
});
