// `make editor`: VS Code in the browser with the extension and a copy of the demo workspace.   usage: node editor.mjs [FOLDER]
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startCodeServer } from './harness/code-server.mjs';
import { DEMO, OUT, python, ROOT } from './harness/paths.mjs';
import { ensureVsix } from './harness/vsix.mjs';
import { setUp } from './setup.mjs';

const PORT = Number(process.env.PORT ?? 8321);
/** What a new user sees first. */
const FIRST = path.join('models', 'intermediate', 'ride_charges.sql');

/** The demo is copied, so that trying things out leaves the repository clean; a copy that is there is kept. */
function demoCopy() {
  const folder = path.join(OUT, 'editor', 'demo');
  if (existsSync(folder)) return folder;
  mkdirSync(path.dirname(folder), { recursive: true });
  cpSync(DEMO, folder, { recursive: true });
  const git = (...args) => execFileSync('git', ['-c', 'user.name=demo', '-c', 'user.email=demo@example.invalid', ...args], { cwd: folder, stdio: 'ignore' });
  git('init', '-q', '-b', 'main');
  writeFileSync(path.join(folder, '.git', 'info', 'exclude'), '*.duckdb*\n.headwater\n');
  git('add', '-A');
  git('commit', '-qm', 'The demo');
  return folder;
}

function address(url, folder) {
  const first = path.join(folder, FIRST);
  const open = existsSync(first) ? `&payload=${encodeURIComponent(JSON.stringify([['openFile', `vscode-remote://${new URL(url).host}${first}`]]))}` : '';
  return `${url}/?folder=${encodeURIComponent(folder)}${open}`;
}

async function main() {
  setUp({ browser: false });
  const folder = path.resolve(process.argv[2] ?? demoCopy());
  const editor = await startCodeServer({
    state: path.join(OUT, 'editor', 'state'),
    extensions: [ensureVsix()],
    keys: [],
    port: PORT,
    settings: { 'headwater.server.command': [python(), '-m', 'lsp_server', 'lsp'] },
    env: { PYTHONPATH: ROOT },
  });
  console.log(`\nVS Code is at  ${address(editor.url, folder)}\nOpen it in a browser. Ctrl+C stops it.`);
  const stop = () => void editor.stop().then(() => process.exit(0));
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
