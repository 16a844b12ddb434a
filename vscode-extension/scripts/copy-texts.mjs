// The package carries the project's licence and changelog; the repository has them once, at its root.
import { copyFileSync } from 'node:fs';

for (const name of ['LICENSE', 'CHANGELOG.md']) copyFileSync(`../${name}`, name);
