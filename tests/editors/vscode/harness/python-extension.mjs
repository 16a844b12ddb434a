// A stand-in for the Python extension: the same identity and the part of its API that names an environment.
// The real one cannot be had from the npm registry. The interpreter is the one of the setting `python.defaultInterpreterPath`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { python } from './paths.mjs';

const MANIFEST = {
  name: 'python',
  publisher: 'ms-python',
  version: '2026.1.0',
  engines: { vscode: '^1.91.0' },
  main: './main.js',
  activationEvents: [],
  contributes: { configuration: { properties: { 'python.defaultInterpreterPath': { type: 'string', default: '', scope: 'machine-overridable' } } } },
};

const MAIN = `
const vscode = require('vscode');
exports.activate = () => ({
  environments: {
    getActiveEnvironmentPath: (resource) => ({ id: 'active', path: vscode.workspace.getConfiguration('python', resource).get('defaultInterpreterPath') }),
    resolveEnvironment: async ({ path }) => (path ? { executable: { uri: vscode.Uri.file(path) } } : undefined),
  },
});
`;

const PACK = `
import sys, zipfile
folder, target = sys.argv[1:]
with zipfile.ZipFile(target, "w") as file:
    for name in ("package.json", "main.js"):
        file.write(f"{folder}/{name}", f"extension/{name}")
`;

/** The extension as a .vsix file. */
export function packFakePythonExtension(scratch) {
  const folder = path.join(scratch, 'python-extension');
  const vsix = path.join(scratch, 'python.vsix');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(MANIFEST));
  writeFileSync(path.join(folder, 'main.js'), MAIN);
  execFileSync(python(), ['-c', PACK, folder, vsix]);
  return vsix;
}
