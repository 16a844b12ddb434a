// Refuses a package that is too large or holds what does not belong to it.
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';

const LIMIT = 2 * 1024 * 1024;
const [file] = process.argv.slice(2);
const size = statSync(file).size;
const names = execFileSync('python3', ['-c', 'import sys, zipfile; print(*zipfile.ZipFile(sys.argv[1]).namelist(), sep=chr(10))', file], { encoding: 'utf8' }).split('\n').filter(Boolean);
const strange = names.filter((name) => /node_modules|\.map$|\.tsx?$|^extension\/(src|test|webview|scripts)\//.test(name));
if (size >= LIMIT) throw new Error(`${file} is ${size} bytes; the limit is ${LIMIT}`);
if (strange.length > 0) throw new Error(`${file} holds ${strange.join(', ')}`);
console.log(`${file}: ${(size / 1024).toFixed(0)} KB in ${names.length} files`);
