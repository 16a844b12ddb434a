// Where things are. Everything that tests write lies under out/, which is not committed.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
export const EXTENSION = path.join(ROOT, 'vscode-extension');
export const VSIX = path.join(EXTENSION, 'headwater.vsix');
export const DEMO = path.join(ROOT, 'demo_workspace');
export const OUT = path.join(ROOT, 'out', 'vscode');

/** The interpreter that has the server's dependencies. */
export function python() {
  const own = path.join(ROOT, '.venv', 'bin', 'python');
  const chosen = process.env.HEADWATER_PYTHON ?? (existsSync(own) ? own : undefined);
  if (!chosen) throw new Error('No Python with the server’s packages: run `make test`, or set HEADWATER_PYTHON.');
  return chosen;
}
