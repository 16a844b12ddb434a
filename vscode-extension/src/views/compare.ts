/** A model between two environments: interface, rows by key, differences by column, samples. */
import * as vscode from 'vscode';
import type { CompareFromView, CompareToView } from '../messages';
import type { CompareParams } from '../protocol';
import type { Session } from '../server/session';
import { emptyForAnswer, emptyForPhase, untrusted } from './empty';
import { revealModel } from './models';
import { runOffered } from './page';
import { Tab } from './tab';

export class ComparePanel implements vscode.Disposable {
  private readonly tab: Tab<CompareToView, CompareFromView>;
  private params: CompareParams | undefined;

  constructor(
    context: vscode.ExtensionContext,
    private readonly session: Session,
  ) {
    this.tab = new Tab(context.extensionUri, 'compare', (message) => this.heard(message));
  }

  async show(params: CompareParams): Promise<void> {
    this.params = params;
    this.tab.show();
    await this.refresh();
  }

  private async refresh(): Promise<void> {
    const params = this.params;
    if (!params || !this.tab.isOpen) return;
    this.tab.setTitle(`${params.model}: ${params.from} ↔ ${params.to}`);
    const away = emptyForPhase(this.session) ?? (vscode.workspace.isTrusted ? undefined : untrusted('A comparison'));
    if (away) return this.tab.send({ kind: 'empty', empty: away });
    this.tab.send({ kind: 'empty', empty: { state: 'loading', message: `Comparing ${params.model} in ${params.from} and ${params.to}…` } });
    const answer = await this.session.ask('headwater/compare', params);
    if (params !== this.params) return;
    if (answer.ok) this.tab.send({ kind: 'compare', result: answer.value, left: params.from, right: params.to });
    else this.tab.send({ kind: 'empty', empty: emptyForAnswer(answer, this.session, 'the comparison') });
  }

  private heard(message: CompareFromView): void {
    if (message.kind === 'swap' && this.params) this.params = { ...this.params, from: this.params.to, to: this.params.from };
    if (message.kind === 'swap' || message.kind === 'refresh') void this.refresh();
    if (message.kind === 'open' && this.params) void revealModel(this.session, this.params.workspace ?? '', message.model);
    if (message.kind === 'command') runOffered(message, () => void this.refresh());
  }

  dispose(): void {
    this.tab.dispose();
  }
}
