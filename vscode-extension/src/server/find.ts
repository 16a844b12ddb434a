/** Asks the machine where the server is: gathers the surroundings, probes in order, remembers what was tried for the report. */
import * as vscode from 'vscode';
import { type Candidate, candidates, interpreterIn, judge, NO_PROGRAM, type Origin, type Probe, startArguments, type Surroundings, type Tried } from '../pure/discovery';
import { readEnvironment } from './installed';
import { isExecutable, isProgram, onPath, probe } from './processes';

export interface Found { argv: readonly string[]; origin: Origin; version?: string }
export interface Search { found?: Found; tried: Tried[] }

export function privateEnvironment(context: vscode.ExtensionContext): string {
  return vscode.Uri.joinPath(context.globalStorageUri, 'server').fsPath;
}

/** The setting; of a workspace's own value nothing is taken before it is trusted (VS Code enforces it; this is the second lock). */
function configuredCommand(): string[] {
  const setting = vscode.workspace.getConfiguration('headwater').inspect<string[]>('server.command');
  const trusted = vscode.workspace.isTrusted ? (setting?.workspaceFolderValue ?? setting?.workspaceValue) : undefined;
  return trusted ?? setting?.globalValue ?? [];
}

interface PythonApi {
  environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(environment: { path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
  };
}

/** The interpreter that the Python extension has chosen for the folder, if that extension is there. */
async function chosenByPythonExtension(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>('ms-python.python');
  if (!extension) return undefined;
  const { environments } = extension.isActive ? extension.exports : await extension.activate();
  const chosen = environments?.getActiveEnvironmentPath(vscode.workspace.workspaceFolders?.[0]?.uri);
  const resolved = chosen && (await environments?.resolveEnvironment(chosen));
  return resolved?.executable.uri?.fsPath;
}

function surroundings(context: vscode.ExtensionContext, pythonExtension?: string): Surroundings {
  return {
    trusted: vscode.workspace.isTrusted,
    windows: process.platform === 'win32',
    command: configuredCommand(),
    pythonExtension,
    folders: (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath),
    onPath: onPath('headwater'),
    privateEnvironment: privateEnvironment(context),
  };
}

interface Result { found?: Found; tried: Tried }

function fromProbe({ origin, interpreter }: Candidate & { kind: 'interpreter' }, answer: Probe | undefined): Result {
  const verdict = judge(answer);
  const tried = { origin, where: interpreter, outcome: verdict.usable ? `headwater ${verdict.version}` : verdict.why };
  return verdict.usable ? { found: { argv: [interpreter, ...startArguments], origin, version: verdict.version }, tried } : { tried };
}

function tryProgram({ origin, argv }: Candidate & { kind: 'argv' }): Result {
  const [program = ''] = argv;
  if (!isProgram(program)) return { tried: { origin, where: program, outcome: NO_PROGRAM } };
  return { found: { argv, origin }, tried: { origin, where: argv.join(' '), outcome: 'taken' } };
}

/** What files alone tell of a place; undefined where its interpreter has to be asked. */
function tryFiles(place: Candidate): Result | undefined {
  if (place.kind === 'argv') return tryProgram(place);
  const answer = readEnvironment(place.interpreter);
  return answer || !isExecutable(place.interpreter) ? fromProbe(place, answer) : undefined;
}

async function tryPlace(place: Candidate): Promise<Result> {
  if (place.kind === 'argv') return tryProgram(place);
  return tryFiles(place) ?? fromProbe(place, await probe(place.interpreter));
}

/** The first place that can run the server, if files tell it without anything being started or waited for. */
function foundInFiles(places: readonly Candidate[]): Found | undefined {
  for (const place of places) {
    const result = tryFiles(place);
    if (!result || result.found) return result?.found;
  }
  return undefined;
}

/**
 * The first place that can run the server. `likely` is told at once, before anything is waited for, which it most probably is: the
 * Python extension is asked first where it is installed, and takes long to start. All places are looked at together: to wait for one
 * interpreter after another takes their sum.
 */
export async function findServer(context: vscode.ExtensionContext, log: vscode.LogOutputChannel, likely: (found: Found) => void): Promise<Search> {
  const around = surroundings(context);
  const guess = foundInFiles(candidates(around));
  if (guess) likely(guess);
  const chosen = around.command.length > 0 ? undefined : await chosenByPythonExtension().catch((error: unknown) => {
    log.warn(`The Python extension did not name an environment: ${String(error)}`);
    return undefined;
  });
  const tried: Tried[] = [];
  for (const looking of candidates({ ...around, pythonExtension: chosen }).map(tryPlace)) {
    const result = await looking;
    tried.push(result.tried);
    log.info(`Looked at ${result.tried.where}: ${result.tried.outcome}`);
    if (result.found) return { found: result.found, tried };
  }
  return { tried };
}

/** An interpreter that is new enough to make a private environment with. */
export async function findPython(log: vscode.LogOutputChannel): Promise<{ interpreter?: string; tried: Tried[] }> {
  const chosen = await chosenByPythonExtension().catch(() => undefined);
  const names = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'];
  const tried: Tried[] = [];
  for (const interpreter of [chosen, ...names.map((name) => onPath(name))]) {
    if (!interpreter || tried.some(({ where }) => where === interpreter)) continue;
    const verdict = judge(await probe(interpreter));
    const fit = verdict.usable || verdict.why.includes('without the package');
    tried.push({ origin: 'path', where: interpreter, outcome: verdict.usable ? `headwater ${verdict.version}` : verdict.why });
    log.info(`Python ${interpreter}: ${tried.at(-1)?.outcome}`);
    if (fit) return { interpreter, tried };
  }
  return { tried };
}

export { interpreterIn };
