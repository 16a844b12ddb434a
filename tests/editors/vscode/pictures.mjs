// Makes the README's pictures anew, from the same tests that hold what they show.   usage: node pictures.mjs
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { OUT, ROOT } from './harness/paths.mjs';

/** Screenshot of a test, and its name among the documentation's images. */
const PICTURES = [['ripple-dark', 'lineage-ripple', 'ripples while it is typed, in dark']];
const LIMIT = 300 * 1024;

mkdirSync(path.join(ROOT, 'docs', 'images'), { recursive: true });
for (const [screenshot, name, title] of PICTURES) {
  execFileSync('npx', ['playwright', 'test', '-g', title], { cwd: path.dirname(fileURLToPath(import.meta.url)), stdio: 'inherit' });
  const source = path.join(OUT, 'screenshots', `${screenshot}.png`);
  if (statSync(source).size > LIMIT) throw new Error(`${source} is larger than ${LIMIT} bytes`);
  copyFileSync(source, path.join(ROOT, 'docs', 'images', `${name}.png`));
}
