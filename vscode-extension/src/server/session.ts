/**
 * The life of the server as this window sees it: found, started, crashed, restarted, missing.
 * One server serves all folders of the window; it finds each workspace's root by its own marks.
 */
import * as vscode from 'vscode';
import {
  CloseAction,
  type CloseHandlerResult,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  type LanguageClientOptions,
  type ResponseError,
  RevealOutputChannelOn,
  State,
  Trace,
  type WorkDoneProgressBegin,
  type WorkDoneProgressEnd,
  type WorkDoneProgressReport,
} from 'vscode-languageclient/node';
import { CrashLog } from '../pure/crashes';
import { ORIGIN_NAMES, type Tried } from '../pure/discovery';
import { serverSettings } from '../pure/settings';
import type { ImpactChanged, Method, Requests } from '../protocol';
import { findServer, type Found } from './find';
import { startProgram } from './processes';

/** `missing`: no server on this machine. `failed`: it ends each time it is started. */
export type Phase = 'stopped' | 'starting' | 'ready' | 'missing' | 'failed';

const METHOD_NOT_FOUND = -32601;
const REQUEST_CANCELLED = -32800;
const STOP_TIMEOUT_MS = 3_000;

/** A request's answer, or why there is none: views show each case as a state of its own. */
export type Answer<T> =
  | { ok: true; value: T }
  | Failure;
export interface Failure { ok: false; why: 'unsupported' | 'not-running' | 'failed' | 'cancelled'; message: string }

/** How far the server's work is: which, of what, in percent. */
export interface Progress { title: string; message: string; percentage?: number }

/** The client's own messages speak of connections and codes: they go to the log, and `trouble` says what happened. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export class Session implements vscode.Disposable {
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
  private readonly titles = new Map<number | string, string>();
  found: Found | undefined;
  tried: Tried[] = [];
  lastFailure: string | undefined;
  /** The last line that the server wrote as an error: most programs say there why they end. */
  private lastWords = '';

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
    this.enter('starting');
    this.lastWords = '';
    const { found, tried } = await findServer(this.context, this.log);
    this.found = found;
    this.tried = tried;
    if (!found) return this.enter('missing');
    this.log.info(`Starting ${found.argv.join(' ')} (from ${ORIGIN_NAMES[found.origin]})`);
    const client = this.makeClient(found);
    this.client = client;
    try {
      await client.start();
      this.lastFailure = undefined;
      this.enter('ready');
    } catch (error) {
      this.lastFailure = this.lastWords || (error instanceof Error ? error.message : String(error));
      this.log.error(`The server did not start: ${this.lastFailure}`);
      await this.forgetClient();
      this.enter('failed');
    }
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

  private makeClient(found: Found): LanguageClient {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const cwd = folder?.scheme === 'file' ? folder.fsPath : undefined;
    const start = () => startProgram(found.argv, cwd, (line) => (this.lastWords = line));
    const client = new QuietClient('headwater', 'Headwater', start, this.clientOptions());
    client.onNotification('headwater/impactChanged', (impact: ImpactChanged) => this.impactChanged.fire(impact));
    client.onDidChangeState(({ newState }) => this.clientMoved(client, newState));
    void client.setTrace(traceLevel());
    return client;
  }

  private clientMoved(client: LanguageClient, state: State): void {
    if (client !== this.client) return;
    if (state === State.Running) this.enter('ready');
    if (state === State.Starting) this.enter('starting');
  }

  private clientOptions(): LanguageClientOptions {
    return {
      documentSelector: [{ scheme: 'file', pattern: '**/*.sql' }, { scheme: 'file', language: 'sql' }, { scheme: 'untitled', language: 'sql' }],
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      progressOnInitialization: true,
      initializationOptions: serverSettings(vscode.workspace.getConfiguration('headwater') as unknown as Record<string, unknown>, vscode.workspace.isTrusted),
      markdown: { isTrusted: { enabledCommands: ['headwater.openLineage', 'headwater.openModel'] }, supportThemeIcons: true },
      initializationFailedHandler: () => false,
      errorHandler: this.errorHandler(),
      middleware: {
        workspace: { configuration: async (params, token, next) => this.withoutOwnSettings(await next(params, token)) },
        handleWorkDoneProgress: (token, value, next) => {
          this.hearProgress(token, value);
          next(token, value);
        },
        executeCommand: (command, args, next) => this.shownHere(command, args) ?? next(command, args),
      },
    };
  }

  private hearProgress(token: number | string, value: WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd): void {
    if (value.kind === 'end') return void this.titles.delete(token);
    if (value.kind === 'begin') this.titles.set(token, value.title);
    this.progressed.fire({ title: this.titles.get(token) ?? '', message: value.message ?? '', percentage: value.percentage });
  }

  /** A lens whose answer other editors get as a message opens the lineage panel here. */
  private shownHere(command: string, args: unknown[]): Thenable<unknown> | undefined {
    if (command !== 'headwater.showImpact' && command !== 'headwater.showReaders') return undefined;
    return vscode.commands.executeCommand('headwater.openLineage', args[0]);
  }

  private withoutOwnSettings(answers: unknown[] | ResponseError<void>): unknown[] | ResponseError<void> {
    if (!Array.isArray(answers)) return answers;
    return answers.map((section) =>
      section && typeof section === 'object' ? serverSettings(section as Record<string, unknown>, vscode.workspace.isTrusted) : section,
    );
  }

  private errorHandler(): ErrorHandler {
    return {
      error: (error) => {
        this.log.warn(`Talking to the server: ${error.message}`);
        return { action: ErrorAction.Continue, handled: true };
      },
      closed: () => this.serverEnded(),
    };
  }

  private serverEnded(): CloseHandlerResult {
    if (this.crashes.mayRestart(Date.now())) {
      this.log.warn('The server ended by itself; starting it again.');
      return { action: CloseAction.Restart, handled: true };
    }
    this.lastFailure = `It ended ${this.crashes.count} times within three minutes. ${this.lastWords}`.trim();
    this.log.error(`The server is not started again. ${this.lastFailure}`);
    setImmediate(() => void this.forgetClient().then(() => this.enter('failed')));
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  dispose(): Thenable<void> {
    return this.forgetClient();
  }
}

/** An undefined token would be taken for a second parameter, and both be sent as a list. */
function send<T>(client: LanguageClient, method: string, params: unknown, token?: vscode.CancellationToken): Promise<T> {
  return token ? client.sendRequest<T>(method, params, token) : client.sendRequest<T>(method, params);
}

function traceLevel(): Trace {
  return Trace.fromString(vscode.workspace.getConfiguration('headwater').get('trace.server', 'off'));
}

function failure(what: string, error: unknown): Failure {
  const code = (error as { code?: unknown }).code;
  if (code === METHOD_NOT_FOUND) return { ok: false, why: 'unsupported', message: `This version of the server does not offer ${what}.` };
  if (code === REQUEST_CANCELLED) return { ok: false, why: 'cancelled', message: 'Cancelled.' };
  return { ok: false, why: 'failed', message: error instanceof Error ? error.message : String(error) };
}
