/** Data preview: a model, a CTE or a selection against an environment, with unsaved edits. Runs only when a person asks. */
import * as vscode from 'vscode';
import type { DataFromView, DataToView, Empty } from '../messages';
import { PRODUCTION } from '../pure/environments';
import type { PreviewParams } from '../protocol';
import type { Session } from '../server/session';
import { emptyForAnswer, emptyForPhase, untrusted } from './empty';
import { Page, RETRY, runOffered } from './page';

export type Subject = Omit<PreviewParams, 'environment' | 'limit'> & { title: string };

export class DataPanel implements vscode.WebviewViewProvider, vscode.Disposable {
  private page: Page<DataToView, DataFromView> | undefined;
  private subject: Subject | undefined;
  private environment = PRODUCTION;
  private limit = vscode.workspace.getConfiguration('headwater.preview').get('limit', 500);
  private asking: vscode.CancellationTokenSource | undefined;
  private shown: DataToView = { kind: 'empty', empty: IDLE };
  private readonly registration: vscode.Disposable;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly session: Session,
    private readonly environments: () => string[],
  ) {
    this.registration = vscode.window.registerWebviewViewProvider('headwater.data', this, { webviewOptions: { retainContextWhenHidden: true } });
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const page: Page<DataToView, DataFromView> = new Page(view.webview, this.context.extensionUri, 'data', (message) => this.heard(message));
    this.page = page;
    page.send(this.shown);
    view.onDidDispose(() => {
      page.dispose();
      this.page = undefined;
    });
  }

  async show(subject: Subject): Promise<void> {
    this.subject = subject;
    await vscode.commands.executeCommand('headwater.data.focus', { preserveFocus: true });
    await this.refresh();
  }

  private async refresh(): Promise<void> {
    const subject = this.subject;
    if (!subject) return this.send({ kind: 'empty', empty: IDLE });
    const away = emptyForPhase(this.session) ?? (vscode.workspace.isTrusted ? undefined : untrusted('A preview'));
    if (away) return this.sendEmpty(away);
    this.asking?.cancel();
    const asking = new vscode.CancellationTokenSource();
    this.asking = asking;
    this.leaveDropped();
    this.send({ kind: 'loading', title: subject.title });
    const { title, ...params } = subject;
    const answer = await this.session.ask('headwater/preview', { ...params, environment: this.environment, limit: this.limit }, asking.token);
    if (asking.token.isCancellationRequested) return;
    if (!answer.ok) return this.sendEmpty({ ...emptyForAnswer(answer, this.session, 'data preview'), ...(answer.why === 'failed' && { message: `${title}: the query failed.`, detail: answer.message }) });
    this.send({ kind: 'data', data: { title, environments: this.environments(), environment: this.environment, limit: this.limit, result: answer.value } });
  }

  private cancel(): void {
    this.asking?.cancel();
    this.sendEmpty({ state: 'idle', message: `${this.subject?.title ?? 'The preview'}: the query was cancelled.`, actions: [{ label: 'Run Again', command: RETRY }] });
  }

  /** An environment that is gone is no place to look at data: production is. */
  private leaveDropped(): void {
    const names = this.environments();
    if (names.length > 0 && !names.includes(this.environment)) this.environment = PRODUCTION;
  }

  private sendEmpty(empty: Empty): void {
    this.send({ kind: 'empty', empty });
  }

  private send(message: DataToView): void {
    this.shown = message;
    this.page?.send(message);
  }

  private heard(message: DataFromView): void {
    switch (message.kind) {
      case 'refresh':
        return void this.refresh();
      case 'cancel':
        return this.cancel();
      case 'environment':
        this.environment = message.name;
        return void this.refresh();
      case 'limit':
        this.limit = message.limit;
        return void this.refresh();
      case 'copy':
        return void vscode.env.clipboard.writeText(message.text);
      case 'command':
        return runOffered(message, () => void this.refresh());
    }
  }

  dispose(): void {
    this.asking?.cancel();
    this.registration.dispose();
  }
}

const IDLE: Empty = { state: 'idle', message: 'No data yet.', detail: 'Put the cursor in a model or a CTE, or select a query, and choose Preview Data.', actions: [{ label: 'Preview Data', command: 'headwater.previewModel' }] };
