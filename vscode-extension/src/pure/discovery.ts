/** Where the server may be, in which order, and what a probe of an interpreter says. Pure: starts no process. */

export const OLDEST_PYTHON: readonly [number, number] = [3, 11];

export type Origin = 'setting' | 'python-extension' | 'venv' | 'path' | 'private';

export const ORIGIN_NAMES: Record<Origin, string> = {
  setting: 'the setting headwater.server.command',
  'python-extension': 'the Python extension’s environment',
  venv: '.venv in the workspace',
  path: 'the PATH',
  private: 'Headwater’s own environment',
};

/** A place to look. `argv` is taken as it is; `interpreter` is probed for the package first. */
export type Candidate =
  | { origin: Origin; kind: 'argv'; argv: readonly string[] }
  | { origin: Origin; kind: 'interpreter'; interpreter: string };

export interface Surroundings {
  trusted: boolean;
  windows: boolean;
  /** The setting as the user wrote it for this machine, and as the workspace has it. */
  command: readonly string[];
  pythonExtension?: string;
  folders: readonly string[];
  onPath?: string;
  privateEnvironment: string;
}

const join = (windows: boolean, ...parts: string[]) => parts.join(windows ? '\\' : '/');

export function interpreterIn(environment: string, windows: boolean): string {
  return windows ? join(true, environment, 'Scripts', 'python.exe') : join(false, environment, 'bin', 'python');
}

function isInside(file: string, folders: readonly string[], windows: boolean): boolean {
  return folders.some((folder) => file.startsWith(folder.endsWith(windows ? '\\' : '/') ? folder : join(windows, folder, '')));
}

/** The places in order. An untrusted workspace may not choose a program: what lies inside it is left out. */
export function candidates(around: Surroundings): Candidate[] {
  const found: Candidate[] = [];
  if (around.command.length > 0) return [{ origin: 'setting', kind: 'argv', argv: around.command }];
  const interpreter = around.pythonExtension;
  if (interpreter && (around.trusted || !isInside(interpreter, around.folders, around.windows))) {
    found.push({ origin: 'python-extension', kind: 'interpreter', interpreter });
  }
  if (around.trusted) {
    for (const folder of around.folders) {
      found.push({ origin: 'venv', kind: 'interpreter', interpreter: interpreterIn(join(around.windows, folder, '.venv'), around.windows) });
    }
  }
  if (around.onPath && (around.trusted || !isInside(around.onPath, around.folders, around.windows))) {
    found.push({ origin: 'path', kind: 'argv', argv: [around.onPath, 'lsp'] });
  }
  found.push({ origin: 'private', kind: 'interpreter', interpreter: interpreterIn(around.privateEnvironment, around.windows) });
  return found;
}

/** Prints one line of JSON. `-P` keeps the current folder off the module path, but Python before 3.11 does not know it: so the probe goes without. */
export const PROBE = [
  'import json, sys',
  'sys.path[:] = [p for p in sys.path if p]',
  'try:',
  '    import lsp_server',
  '    version = lsp_server.__version__',
  'except Exception as error:',
  '    version = None',
  'print(json.dumps({"python": list(sys.version_info[:3]), "server": version}))',
].join('\n');

export interface Probe { python: number[]; server: string | null }

export function readProbe(output: string): Probe | undefined {
  const line = output.trim().split('\n').at(-1) ?? '';
  try {
    const value = JSON.parse(line) as Partial<Probe>;
    return Array.isArray(value.python) ? { python: value.python, server: value.server ?? null } : undefined;
  } catch {
    return undefined;
  }
}

export function isOldPython(version: readonly number[]): boolean {
  const [major = 0, minor = 0] = version;
  return major < OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor < OLDEST_PYTHON[1]);
}

export type Verdict = { usable: true; version: string } | { usable: false; why: string };

/** Whether an interpreter can run the server, and if not, in words for the system report. */
export function judge(probe: Probe | undefined): Verdict {
  if (!probe) return { usable: false, why: NO_PYTHON };
  const version = probe.python.join('.');
  if (isOldPython(probe.python)) return { usable: false, why: `Python ${version}, and Headwater needs ${OLDEST_PYTHON.join('.')} or newer` };
  if (!probe.server) return { usable: false, why: `Python ${version} without the package headwater` };
  return { usable: true, version: probe.server };
}

/** How an interpreter starts the server: `-P`, so that a folder named lsp_server in the workspace is never run. */
export const startArguments = ['-P', '-m', 'lsp_server', 'lsp'] as const;

export interface Tried { origin: Origin; where: string; outcome: string }

export const NO_PROGRAM = 'there is no such program';
const NO_PYTHON = 'no Python there';

/** What to say when the setting names a program that is not there; undefined where the setting is not at fault. */
export function wrongSetting(tried: readonly Tried[]): string | undefined {
  const [first] = tried;
  if (first?.origin !== 'setting' || first.outcome !== NO_PROGRAM) return undefined;
  return `There is no program ${first.where}, which the setting headwater.server.command names.`;
}

/** What speaks against the Pythons that are there, an old one or one without the server; undefined where there is none at all. */
export function unfitPythons(tried: readonly Tried[]): string | undefined {
  const unfit = tried.filter(({ outcome }) => outcome !== NO_PYTHON && outcome !== NO_PROGRAM);
  return unfit.length > 0 ? unfit.map(({ origin, outcome }) => `${ORIGIN_NAMES[origin]}: ${outcome}`).join('; ') : undefined;
}
