/**
 * The language client of one server: what it is told at the start, what it hears, what it hands to its owner.
 * Loaded only after the server's process was started, since to read the library takes a while: nothing else may import values of it.
 */
import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  type ResponseError,
  RevealOutputChannelOn,
  State,
  Trace,
  type WorkDoneProgressBegin,
  type WorkDoneProgressEnd,
  type WorkDoneProgressReport,
} from 'vscode-languageclient/node';
import type { ImpactChanged } from '../protocol';
import { SERVED } from '../pure/documents';
import { serverSettings } from '../pure/settings';
import { LensWatch } from './lenses';
import type { ServerProcess } from './processes';
import type { Said, SaidByServer } from './said';

/** How far the server's work is: which, of what, in percent. */
export interface Progress { title: string; message: string; percentage?: number }

/** Who keeps the client and decides about its life. */
export interface ClientOwner {
  readonly log: vscode.LogOutputChannel;
  heardImpact(impact: ImpactChanged): void;
  heardProgress(progress: Progress): void;
  clientMoved(client: LanguageClient, phase: 'starting' | 'ready'): void;
  mayRestart(): boolean;
  readonly said: SaidByServer;
}

/** The client's own messages speak of connections and codes: they go to the log, and `trouble` says what happened. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export function makeClient(owner: ClientOwner, program: ServerProcess): LanguageClient {
  const lenses = new LensWatch((document) => client.getFeature('textDocument/codeLens').getProvider(document)?.onDidChangeCodeLensEmitter.fire());
  const client: QuietClient = new QuietClient('headwater', 'Headwater', program, clientOptions(owner, lenses));
  client.onNotification('window/showMessage', (said: Said) => owner.said.show(said));
  client.onNotification('headwater/impactChanged', (impact: ImpactChanged) => {
    lenses.outdated();
    owner.heardImpact(impact);
  });
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Running) owner.clientMoved(client, 'ready');
    if (newState === State.Starting) owner.clientMoved(client, 'starting');
    if (newState === State.Stopped) lenses.dispose();
  });
  void client.setTrace(Trace.fromString(vscode.workspace.getConfiguration('headwater').get('trace.server', 'off')));
  return client;
}

function clientOptions(owner: ClientOwner, lenses: LensWatch): LanguageClientOptions {
  return {
    documentSelector: [...SERVED],
    outputChannel: owner.log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    progressOnInitialization: true,
    initializationOptions: serverSettings(vscode.workspace.getConfiguration('headwater') as unknown as Record<string, unknown>, vscode.workspace.isTrusted),
    markdown: { isTrusted: { enabledCommands: ['headwater.openLineage', 'headwater.openModel'] }, supportThemeIcons: true },
    initializationFailedHandler: () => false,
    errorHandler: errorHandler(owner),
    middleware: middleware(owner, lenses),
  };
}

function middleware(owner: ClientOwner, lenses: LensWatch): Middleware {
  const titles = new Map<number | string, string>();
  const hear = (token: number | string, value: WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd) => {
    if (value.kind === 'end') return void titles.delete(token);
    if (value.kind === 'begin') titles.set(token, value.title);
    owner.heardProgress({ title: titles.get(token) ?? '', message: value.message ?? '', percentage: value.percentage });
  };
  return {
    workspace: { configuration: async (params, token, next) => withoutOwnSettings(await next(params, token)) },
    handleWorkDoneProgress: (token, value, next) => {
      hear(token, value);
      next(token, value);
    },
    provideCodeLenses: (document, token, next) => {
      lenses.heard(document);
      return next(document, token);
    },
    executeCommand: (command, args, next) => shownHere(command, args) ?? next(command, args),
  };
}

/** A lens whose answer other editors get as a message opens the lineage panel here. */
function shownHere(command: string, args: unknown[]): Thenable<unknown> | undefined {
  if (command !== 'headwater.showImpact' && command !== 'headwater.showReaders') return undefined;
  return vscode.commands.executeCommand('headwater.openLineage', args[0]);
}

function withoutOwnSettings(answers: unknown[] | ResponseError<void>): unknown[] | ResponseError<void> {
  if (!Array.isArray(answers)) return answers;
  return answers.map((section) =>
    section && typeof section === 'object' ? serverSettings(section as Record<string, unknown>, vscode.workspace.isTrusted) : section,
  );
}

function errorHandler(owner: ClientOwner): ErrorHandler {
  return {
    error: (error) => {
      owner.log.warn(`Talking to the server: ${error.message}`);
      return { action: ErrorAction.Continue, handled: true };
    },
    closed: () => ({ action: owner.mayRestart() ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true }),
  };
}
