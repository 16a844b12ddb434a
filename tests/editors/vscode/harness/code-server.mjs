// Starts VS Code in the browser with the extension installed, on 127.0.0.1, and stops exactly what it started.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { codeServerEntry } from '../setup.mjs';
import { KEY_BINDINGS } from './keys.mjs';

const START_TIMEOUT_MS = 30_000;

/** Settings that keep VS Code quiet: no updates, no telemetry, no welcome, no autosave. */
export const QUIET = {
  'workbench.startupEditor': 'none',
  'workbench.reduceMotion': 'on',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'files.autoSave': 'off',
  'files.hotExit': 'off',
  'window.menuBarVisibility': 'classic',
  'git.openRepositoryInParentFolders': 'never',
  'git.autofetch': false,
};

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function untilHealthy(url, child) {
  for (const end = Date.now() + START_TIMEOUT_MS; Date.now() < end; ) {
    if (child.exitCode !== null) throw new Error(`code-server ended with ${child.exitCode}; see its log`);
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('code-server did not answer');
}

function endGroup(child) {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    const kill = (signal) => {
      try {
        process.kill(-child.pid, signal);
      } catch {
        // The group is gone already, which is what was wanted.
      }
    };
    const hard = setTimeout(() => kill('SIGKILL'), 3_000);
    child.once('exit', () => {
      clearTimeout(hard);
      kill('SIGKILL'); // extension hosts and servers outlive their parent by hours
      resolve();
    });
    kill('SIGTERM');
  });
}

/** VS Code in a browser reads settings about the machine, as the server's command is one, from a file of the machine's own. */
function writeSettings(state, settings) {
  const ofMachine = Object.entries(settings).filter(([name]) => name.startsWith('headwater.server.'));
  for (const [scope, entries] of [['User', Object.entries(settings)], ['Machine', ofMachine]]) {
    mkdirSync(path.join(state, 'data', scope), { recursive: true });
    writeFileSync(path.join(state, 'data', scope, 'settings.json'), JSON.stringify(Object.fromEntries(entries), null, 2));
  }
}

async function installExtensions(folders, extensions, env) {
  const wanted = extensions.flatMap((file) => ['--install-extension', file]);
  if (wanted.length > 0) await promisify(execFile)(process.execPath, [codeServerEntry(), ...folders, ...wanted, '--force'], { env });
}

/** Starts it. `state` is a folder of its own; `trust`: whether VS Code asks whether to trust a folder. */
export async function startCodeServer({ state, extensions = [], settings = {}, port, trust = false, env = {}, keys = KEY_BINDINGS }) {
  rmSync(path.join(state, 'ext'), { recursive: true, force: true });
  mkdirSync(path.join(state, 'ext'), { recursive: true });
  writeSettings(state, { ...QUIET, 'security.workspace.trust.enabled': trust, ...settings });
  writeFileSync(path.join(state, 'data', 'User', 'keybindings.json'), JSON.stringify(keys));
  const chosen = port ?? (await freePort());
  writeFileSync(path.join(state, 'config.yaml'), `bind-addr: 127.0.0.1:${chosen}\nauth: none\ncert: false\n`);
  const folders = ['--config', path.join(state, 'config.yaml'), '--user-data-dir', path.join(state, 'data'), '--extensions-dir', path.join(state, 'ext')];
  // VSCODE_CLI: take the environment as it is given, and do not ask a login shell for another one.
  const environment = { ...process.env, EXTENSIONS_GALLERY: '{}', VSCODE_CLI: '1', ...env };
  await installExtensions(folders, extensions, environment);
  const log = openSync(path.join(state, 'code-server.log'), 'w');
  const flags = ['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--disable-file-downloads'];
  if (!trust) flags.push('--disable-workspace-trust');
  const args = [codeServerEntry(), ...folders, '--auth', 'none', '--bind-addr', `127.0.0.1:${chosen}`, ...flags, '--session-socket', path.join(state, 'session.sock')];
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', log, log], env: environment });
  const url = `http://127.0.0.1:${chosen}`;
  await untilHealthy(url, child);
  return { url, pid: child.pid, stop: () => endGroup(child) };
}
