// Gets what a real VS Code in a browser needs, once, into a cache outside the repository:
//   node setup.mjs            VS Code (code-server), Chromium and this folder's packages
//   node setup.mjs --no-browser   the same without Chromium (for `make editor`, where a person brings the browser)
//
// code-server's own install script downloads parts from places that many networks do not reach.
// So everything comes from the npm registry with --ignore-scripts, the few native modules are built here, and
// ripgrep is the system's. A finished build is kept, keyed by the versions it was made for.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** VS Code 1.100: the newest that runs on Node 20. */
const CODE_SERVER_VERSION = '4.100.3';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const DEBIAN = { node: ['nodejs', 'npm'], rg: ['ripgrep'], 'g++': ['g++', 'make', 'libkrb5-dev'], chromium: ['chromium', 'fonts-dejavu-core'] };

/** Native modules that VS Code loads at start or for its terminal. The rest (@vscode/sqlite3, kerberos) only serve features that tests leave off. */
const NATIVE_MODULES = ['@vscode/spdlog', '@vscode/deviceid', '@vscode/fs-copyfile', '@vscode/native-watchdog', 'native-watchdog', 'node-pty'];

const say = (message) => process.stderr.write(`editor set-up: ${message}\n`);

export function cacheRoot() {
  return process.env.HEADWATER_TEST_CACHE ?? path.join(homedir(), '.cache', 'headwater-tests');
}

/** The folder of the finished code-server build for this version and this Node. */
export function codeServerHome() {
  return path.join(cacheRoot(), 'vscode', `code-server-${CODE_SERVER_VERSION}-abi${process.versions.modules}`);
}

export function codeServerEntry() {
  return path.join(codeServerHome(), 'node_modules', 'code-server', 'out', 'node', 'entry.js');
}

export function findProgram(name) {
  const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

export function findChromium() {
  return process.env.CHROMIUM ?? findProgram('chromium') ?? findProgram('chromium-browser') ?? findProgram('google-chrome');
}

function run(command, args, cwd) {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, ...headerSettings(), npm_config_audit: 'false', npm_config_fund: 'false', npm_config_yes: 'true' } });
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} failed in ${cwd}\n${result.stdout}\n${result.stderr}`);
  return result.stdout;
}

/** Installs Debian packages where root may; elsewhere says what to install. */
function needPrograms(names) {
  const missing = names.filter((name) => (name === 'chromium' ? !findChromium() : !findProgram(name)));
  if (missing.length === 0) return;
  const packages = missing.flatMap((name) => DEBIAN[name] ?? [name]);
  if (process.getuid?.() !== 0 || !findProgram('apt-get')) throw new Error(`missing: ${missing.join(', ')}. Install: ${packages.join(' ')}`);
  say(`installing ${packages.join(' ')}`);
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  execFileSync('apt-get', ['update', '-q'], quiet);
  execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], quiet);
}

/** The same for the modules that npm builds by itself. */
function headerSettings() {
  const [argument] = headerArguments();
  return argument ? { npm_config_nodedir: argument.split('=')[1] } : {};
}

/** node-gyp's arguments for building against this Node's own headers (no download) where they are installed. */
function headerArguments() {
  const prefix = path.resolve(path.dirname(process.execPath), '..');
  return existsSync(path.join(prefix, 'include', 'node', 'node.h')) ? [`--nodedir=${prefix}`] : [];
}

function nodeGyp() {
  const npm = execFileSync('sh', ['-c', 'readlink -f "$(command -v npm)"'], { encoding: 'utf8' }).trim();
  return path.join(path.dirname(npm), '..', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
}

function relink(target, link) {
  if (existsSync(link)) unlinkSync(link);
  symlinkSync(target, link);
}

function buildNativeModules(vscode) {
  for (const name of NATIVE_MODULES) {
    const folder = path.join(vscode, 'node_modules', name);
    if (existsSync(path.join(folder, 'binding.gyp'))) run(process.execPath, [nodeGyp(), 'rebuild', ...headerArguments()], folder);
  }
}

/** The package's post-install downloads ripgrep: the system's takes its place. */
function linkRipgrep(vscode) {
  const folder = path.join(vscode, 'node_modules', '@vscode', 'ripgrep');
  if (!existsSync(folder)) return;
  mkdirSync(path.join(folder, 'bin'), { recursive: true });
  relink(findProgram('rg'), path.join(folder, 'bin', 'rg'));
}

/** What code-server's own post-install does, from the registry alone. */
function assembleCodeServer(folder) {
  writeFileSync(path.join(folder, 'package.json'), '{"private": true}\n');
  run('npm', ['install', '--ignore-scripts', `code-server@${CODE_SERVER_VERSION}`], folder);
  const vscode = path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  run('npm', ['install', '--ignore-scripts', '--omit=dev'], vscode); // not `npm ci`: the shrinkwrap is out of step
  run('npm', ['install', '--ignore-scripts', '--omit=dev'], path.join(vscode, 'extensions'));
  relink('node_modules', path.join(vscode, 'node_modules.asar'));
  relink('code-linux.sh', path.join(vscode, 'bin', 'remote-cli', 'code-server'));
  relink('browser-linux.sh', path.join(vscode, 'bin', 'helpers', 'browser.sh'));
  if (existsSync(path.join(folder, 'node_modules', 'argon2'))) run('npm', ['rebuild', 'argon2'], folder);
  buildNativeModules(vscode);
  linkRipgrep(vscode);
}

export function installCodeServer() {
  const home = codeServerHome();
  if (existsSync(codeServerEntry())) return home;
  needPrograms(['node', 'rg', 'g++']);
  const started = Date.now();
  say(`building code-server ${CODE_SERVER_VERSION} in ${home} (once, about two minutes)`);
  mkdirSync(path.dirname(home), { recursive: true });
  const fresh = mkdtempSync(`${home}.`); // renamed when whole, so that a broken attempt is never taken for a build
  try {
    assembleCodeServer(fresh);
    renameSync(fresh, home);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
  say(`code-server is ready after ${Math.round((Date.now() - started) / 1000)} s`);
  return home;
}

/** Installs a folder's packages when its lockfile is another than what is installed. `make` leaves the same marks, so that neither does it twice. */
export function installPackages(folder) {
  const lock = readFileSync(path.join(folder, 'package-lock.json'), 'utf8');
  const mark = path.join(folder, 'node_modules', '.installed-lock.json');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  say(`installing the packages of ${path.relative(process.cwd(), folder) || folder}`);
  run('npm', ['ci', '--no-audit', '--no-fund'], folder);
  writeFileSync(mark, lock);
  writeFileSync(path.join(folder, 'node_modules', '.stamp'), '');
}

export function setUp({ browser = true } = {}) {
  if (browser) needPrograms(['chromium']);
  installCodeServer();
  if (browser) installPackages(HERE);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    setUp({ browser: !process.argv.includes('--no-browser') });
  } catch (error) {
    say(error.message);
    process.exit(1);
  }
}
