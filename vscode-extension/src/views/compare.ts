/** A model between two environments: interface, rows by key, differences by column, samples. */
import * as vscode from 'vscode';
import type { CompareFromView, CompareToView } from '../messages';
import type { CompareParams } from '../protocol';
import type { Session } from '../server/session';
import { emptyForAnswer, emptyForPhase, untrusted } from './empty';
import { revealModel } from './models';
import { Page, runOffered } from './page';

export class ComparePanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private page: Page<CompareToView, CompareFromView> | undefined;
  private params: CompareParams | undefined;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly session: Session,
  ) {}

  async show(params: CompareParams): Promise<void> {
    this.params = params;
    this.ensurePanel().reveal();
    await this.refresh();
  }

  private ensurePanel(): vscode.WebviewPanel {
    if (this.panel) return this.panel;
    const panel = vscode.window.createWebviewPanel('headwater.compare', 'Compare', vscode.ViewColumn.Active, { enableScripts: true, retainContextWhenHidden: true });
    panel.iconPath = vscode.Uri.joinPath(this.context.extensionUri, 'media', 'headwater.svg');
    const page = new Page<CompareToView, CompareFromView>(panel.webview, this.context.extensionUri, 'compare', (message) => this.heard(message));
    panel.onDidDispose(() => {
      page.dispose();
      this.panel = undefined;
      this.page = undefined;
    });
    this.panel = panel;
    this.page = page;
    return panel;
  }

  private async refresh(): Promise<void> {
    const params = this.params;
    if (!params || !this.panel) return;
    this.panel.title = `${params.model}: ${params.from} ↔ ${params.to}`;
    const away = emptyForPhase(this.session.phase) ?? (vscode.workspace.isTrusted ? undefined : untrusted('A comparison'));
    if (away) return this.page?.send({ kind: 'empty', empty: away });
    this.page?.send({ kind: 'empty', empty: { state: 'loading', message: `Comparing ${params.model} in ${params.from} and ${params.to}…` } });
    const answer = await this.session.ask('headwater/compare', params);
    if (params !== this.params) return;
    if (answer.ok) this.page?.send({ kind: 'compare', result: answer.value, left: params.from, right: params.to });
    else this.page?.send({ kind: 'empty', empty: emptyForAnswer(answer, this.session.phase, 'the comparison') });
  }

  private heard(message: CompareFromView): void {
    if (message.kind === 'swap' && this.params) this.params = { ...this.params, from: this.params.to, to: this.params.from };
    if (message.kind === 'swap' || message.kind === 'refresh') void this.refresh();
    if (message.kind === 'open' && this.params) void revealModel(this.session, this.params.workspace ?? '', message.model);
    if (message.kind === 'command') runOffered(message.command, message.arguments);
  }

  dispose(): void {
    this.panel?.dispose();
  }
}
