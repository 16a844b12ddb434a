/**
 * The life of the server as this window sees it: found, started, crashed, restarted, missing.
 * One server serves all folders of the window; it finds each workspace's root by its own marks.
 */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { CrashLog, wordsOf } from '../pure/crashes';
import { ORIGIN_NAMES, type Tried } from '../pure/discovery';
import type { ImpactChanged, Method, Requests } from '../protocol';
import type { ClientOwner, Progress } from './client';
import { findServer, type Found } from './find';
import { type EarlyServer, startEarly } from './processes';
import { SaidByServer } from './said';

/** `missing`: no server on this machine. `failed`: it ends each time it is started. */
export type Phase = 'stopped' | 'starting' | 'ready' | 'missing' | 'failed';

const METHOD_NOT_FOUND = -32601;
const REQUEST_CANCELLED = -32800;
const STOP_TIMEOUT_MS = 3_000;
/** So long is waited for why a server ended: a message to it can fail (`write EPIPE`) before its last words have come. */
const LAST_WORDS_MS = 2_000;

/** A request's answer, or why there is none: views show each case as a state of its own. */
export type Answer<T> =
  | { ok: true; value: T }
  | Failure;
export interface Failure { ok: false; why: 'unsupported' | 'not-running' | 'failed' | 'cancelled'; message: string }

export type { Progress } from './client';

export class Session implements vscode.Disposable, ClientOwner {
  private client: LanguageClient | undefined;
  private crashes = new CrashLog();
  private current: Phase = 'stopped';
  private starting: Promise<void> | undefined;
  private readonly phaseChanged = new vscode.EventEmitter<Phase>();
  private readonly impactChanged = new vscode.EventEmitter<ImpactChanged>();
  readonly onPhase = this.phaseChanged.event;
  readonly onImpact = this.impactChanged.event;
  private readonly progressed = new vscode.EventEmitter<Progress>();
  readonly onProgress = this.progressed.event;
  readonly said = new SaidByServer();
  found: Found | undefined;
  tried: Tried[] = [];
  lastFailure: string | undefined;
  /** The last line that the server wrote as an error: most programs say there why they end. */
  private lastWords = '';
  private program: EarlyServer | undefined;

  constructor(
    private readonly context: vscode.ExtensionContext,
    readonly log: vscode.LogOutputChannel,
  ) {}

  get phase(): Phase {
    return this.current;
  }

  get serverPid(): number | undefined {
    return this.client?.serverProcess?.pid;
  }

  get serverInfo(): string | undefined {
    const info = this.client?.initializeResult?.serverInfo;
    return info && `${info.name} ${info.version ?? ''}`.trim();
  }

  /** Starts the server unless it runs. Two callers at once wait for one start. */
  start(): Promise<void> {
    this.starting ??= this.startOnce().finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  private async startOnce(): Promise<void> {
    if (this.client) return;
    const began = Date.now();
    this.enter('starting');
    this.lastWords = '';
    const program = await this.findProgram();
    this.program = program;
    if (!program) return this.enter('missing');
    const { makeClient } = await import('./client'); // read and run while the server starts
    const client = makeClient(this, program.next);
    this.client = client;
    try {
      await client.start();
      this.lastFailure = undefined;
      this.log.info(`The server answers, ${Date.now() - began} ms after it was looked for`);
      this.enter('ready');
    } catch (error) {
      await this.hearLastWords();
      this.lastFailure = this.lastWords || (error instanceof Error ? error.message : String(error));
      this.log.error(`The server did not start: ${this.lastFailure}`);
      await this.forgetClient();
      this.enter('failed');
    }
  }

  /** The server's program, started: before it is sure where it seemed likely, since Python needs the longest of all. */
  private async findProgram(): Promise<EarlyServer | undefined> {
    let early: EarlyServer | undefined;
    const { found, tried } = await findServer(this.context, this.log, (likely) => (early = this.startProgram(likely)));
    this.found = found;
    this.tried = tried;
    if (found && sameCommand(found.argv, early?.argv)) return early;
    early?.drop();
    return found && this.startProgram(found);
  }

  private startProgram({ argv, origin }: Found): EarlyServer {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const cwd = folder?.scheme === 'file' ? folder.fsPath : undefined;
    this.log.info(`Starting ${argv.join(' ')} (from ${ORIGIN_NAMES[origin]})`);
    return startEarly(argv, cwd, (line) => (this.lastWords = wordsOf(line) ?? this.lastWords));
  }

  /** What a hover says, as soon as the server that is being started can say it. */
  async hoverWhenReady(document: vscode.TextDocument, position: vscode.Position, token: vscode.CancellationToken): Promise<vscode.Hover | null | undefined> {
    await this.start();
    if (token.isCancellationRequested) return undefined;
    return this.client?.getFeature('textDocument/hover').getProvider(document)?.provideHover(document, position, token);
  }

  async stop(): Promise<void> {
    await this.starting?.catch(() => undefined);
    await this.forgetClient();
    this.enter('stopped');
  }

  async restart(): Promise<void> {
    this.crashes.forget();
    await this.stop();
    await this.start();
  }

  /** Asks the server. A method that it does not know, or a server that is away, is an answer too. */
  async ask<M extends Method>(method: M, params: Requests[M][0], token?: vscode.CancellationToken): Promise<Answer<Requests[M][1]>> {
    const client = this.client;
    if (!client || this.current !== 'ready') return { ok: false, why: 'not-running', message: 'The server is not running.' };
    try {
      return { ok: true, value: await send<Requests[M][1]>(client, method, params, token) };
    } catch (error) {
      return failure(method, error);
    }
  }

  /** `workspace/executeCommand`: the standard way to what changes something. */
  async execute(command: string, argument: object, token?: vscode.CancellationToken): Promise<Answer<unknown>> {
    const client = this.client;
    if (!client || this.current !== 'ready') return { ok: false, why: 'not-running', message: 'The server is not running.' };
    const offered = client.initializeResult?.capabilities.executeCommandProvider?.commands ?? [];
    if (!offered.includes(command)) return { ok: false, why: 'unsupported', message: `This version of the server does not offer ${command}.` };
    try {
      return { ok: true, value: await send(client, 'workspace/executeCommand', { command, arguments: [argument] }, token) };
    } catch (error) {
      return failure(command, error);
    }
  }

  private enter(phase: Phase): void {
    if (phase === this.current) return;
    this.current = phase;
    void vscode.commands.executeCommand('setContext', 'headwater.state', phase);
    this.phaseChanged.fire(phase);
  }

  private async forgetClient(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (!client) return;
    await client.dispose(STOP_TIMEOUT_MS).catch((error: unknown) => this.log.warn(`The server was slow to stop: ${String(error)}`));
  }

  // ---- what the client tells its owner --------------------------------------------------------------------------------

  heardImpact(impact: ImpactChanged): void {
    this.impactChanged.fire(impact);
  }

  heardProgress(progress: Progress): void {
    this.progressed.fire(progress);
  }

  clientMoved(client: LanguageClient, phase: 'starting' | 'ready'): void {
    if (client === this.client) this.enter(phase);
  }

  /** Whether the server, which ended by itself, is started again. */
  mayRestart(): boolean {
    if (this.crashes.mayRestart(Date.now())) {
      this.log.warn('The server ended by itself; starting it again.');
      return true;
    }
    setImmediate(() => void this.giveUp());
    return false;
  }

  private async giveUp(): Promise<void> {
    await this.hearLastWords();
    this.lastFailure = `it ended ${this.crashes.count} times within three minutes. ${this.lastWords}`.trim();
    this.log.error(`The server is not started again. ${this.lastFailure}`);
    await this.forgetClient();
    this.enter('failed');
  }

  private async hearLastWords(): Promise<void> {
    if (!this.lastWords) await this.program?.heardOut(LAST_WORDS_MS);
  }

  dispose(): Thenable<void> {
    return this.forgetClient();
  }
}

function sameCommand(one: readonly string[], other: readonly string[] | undefined): boolean {
  return one.length === other?.length && one.every((word, index) => word === other[index]);
}

/** An undefined token would be taken for a second parameter, and both be sent as a list. */
function send<T>(client: LanguageClient, method: string, params: unknown, token?: vscode.CancellationToken): Promise<T> {
  return token ? client.sendRequest<T>(method, params, token) : client.sendRequest<T>(method, params);
}

function failure(what: string, error: unknown): Failure {
  const code = (error as { code?: unknown }).code;
  if (code === METHOD_NOT_FOUND) return { ok: false, why: 'unsupported', message: `This version of the server does not offer ${what}.` };
  if (code === REQUEST_CANCELLED) return { ok: false, why: 'cancelled', message: 'Cancelled.' };
  return { ok: false, why: 'failed', message: error instanceof Error ? error.message : String(error) };
}
