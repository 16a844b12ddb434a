// The packaged extension, built anew only when one of its sources is newer.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { installPackages } from '../setup.mjs';
import { EXTENSION, VSIX } from './paths.mjs';

const SOURCES = ['src', 'webview', 'media', 'snippets', 'syntaxes', 'walkthrough', 'scripts', 'package.json', 'README.md', 'NOTICE', '.vscodeignore'];

function newest(file) {
  const stat = statSync(file);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(file).map((name) => newest(path.join(file, name))));
}

export function ensureVsix() {
  const changed = Math.max(...SOURCES.map((name) => newest(path.join(EXTENSION, name))));
  if (existsSync(VSIX) && statSync(VSIX).mtimeMs > changed) return VSIX;
  installPackages(EXTENSION);
  process.stderr.write('editor set-up: packaging the extension\n');
  try {
    execFileSync('npm', ['run', '--silent', 'package'], { cwd: EXTENSION, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    throw new Error(`The extension could not be packaged.\n${error.stdout}\n${error.stderr}`);
  }
  return VSIX;
}
