/** Short-lived processes: probes of interpreters, and the steps of an installation. No editor here. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PROBE, type Probe, readProbe } from '../pure/discovery';

const PROBE_TIMEOUT_MS = 10_000;

/** What an interpreter says of itself; undefined where there is none, or it does not answer. */
export async function probe(interpreter: string): Promise<Probe | undefined> {
  if (!isExecutable(interpreter)) return undefined;
  return new Promise((resolve) => {
    const options = { timeout: PROBE_TIMEOUT_MS, cwd: tmpdir(), windowsHide: true };
    execFile(interpreter, ['-c', PROBE], options, (error, stdout) => resolve(error ? undefined : readProbe(stdout)));
  });
}

/** The first `name` on the PATH that may be executed. */
export function onPath(name: string, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of (environment.PATH ?? '').split(path.delimiter)) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      if (path.isAbsolute(folder) && isExecutable(file)) return file;
    }
  }
  return undefined;
}

/** Whether a command can be started: a path to a program, or the name of one on the PATH. */
export function isProgram(command: string): boolean {
  return command.includes('/') || path.isAbsolute(command) ? isExecutable(command) : onPath(command) !== undefined;
}

/** Starts a program that goes on; its errors' last lines are kept for who asks why it ended. */
export function startProgram(argv: readonly string[], cwd: string | undefined, onError: (line: string) => void): Promise<ChildProcess> {
  const [command = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, windowsHide: true });
    child.stderr.on('data', (chunk: Buffer) => chunk.toString().split(/\r?\n/).filter(Boolean).forEach(onError));
    child.once('spawn', () => resolve(child));
    child.once('error', reject);
  });
}

/** Starts the server's program, anew each time that it is called. */
export type ServerProcess = () => Promise<ChildProcess>;

/** A server that starts at once, for whoever asks first: it gets ready while the rest of the extension does. */
export interface EarlyServer {
  readonly argv: readonly string[];
  readonly next: ServerProcess;
  /** When it has ended and all that it wrote was heard; after `timeoutMs` in any case. */
  heardOut(timeoutMs: number): Promise<void>;
  /** It is not the one that was wanted: it ends, unheard. */
  drop(): void;
}

export function startEarly(argv: readonly string[], cwd: string | undefined, onError: (line: string) => void): EarlyServer {
  let closed: Promise<unknown> = Promise.resolve();
  const start = () => {
    const child = startProgram(argv, cwd, onError);
    closed = child.then((started) => once(started, 'close')).catch(() => undefined);
    return child;
  };
  let first: Promise<ChildProcess> | undefined = start();
  first.catch(() => undefined); // whoever asks hears of it
  return {
    argv,
    next: async () => {
      const child = await first;
      first = undefined;
      return child && isAlive(child) ? child : start();
    },
    heardOut: async (timeoutMs) => {
      const timer = new AbortController();
      await Promise.race([closed, setTimeout(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
      timer.abort();
    },
    drop: () => void first?.then((child) => child.kill(), () => undefined),
  };
}

/** Whether it still talks: of one that ended before it was asked for, no end would be heard. */
function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null && child.stdout?.destroyed === false;
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a program to its end, hands its lines on, and can be cancelled. Rejects with its last words. */
export function runToEnd(argv: readonly string[], onLine: (line: string) => void, cancel: AbortSignal): Promise<void> {
  const [command = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: tmpdir(), signal: cancel, windowsHide: true });
    const last: string[] = [];
    const take = (chunk: Buffer) => {
      for (const line of chunk.toString().split(/\r?\n/).filter(Boolean)) {
        last.push(line);
        onLine(line);
      }
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(last.slice(-3).join('\n') || `${command} ended with ${code}`))));
  });
}
