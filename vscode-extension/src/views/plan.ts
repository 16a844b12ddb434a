/** The plan, before it runs: one panel, used for builds, promotions and what else changes an environment. */
import * as vscode from 'vscode';
import type { PlanFromView, PlanToView } from '../messages';
import type { PlanParams } from '../protocol';
import type { Session } from '../server/session';
import { emptyForAnswer, emptyForPhase, untrusted } from './empty';
import { revealModel } from './models';
import { Page, runOffered } from './page';

/** What the person wants to do, in the words of the button. */
export interface Intent { params: PlanParams; title: string; verb: string; done: string }

export class PlanPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private page: Page<PlanToView, PlanFromView> | undefined;
  private intent: Intent | undefined;
  private etag: string | undefined;
  private running = false;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly session: Session,
    private readonly moved: () => void,
  ) {}

  async show(intent: Intent): Promise<void> {
    this.intent = intent;
    this.ensurePanel().reveal(undefined, false);
    await this.refresh();
  }

  private ensurePanel(): vscode.WebviewPanel {
    if (this.panel) return this.panel;
    const panel = vscode.window.createWebviewPanel('headwater.plan', 'Plan', vscode.ViewColumn.Active, { enableScripts: true, retainContextWhenHidden: true });
    panel.iconPath = vscode.Uri.joinPath(this.context.extensionUri, 'media', 'headwater.svg');
    const page = new Page<PlanToView, PlanFromView>(panel.webview, this.context.extensionUri, 'plan', (message) => this.heard(message));
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
    const intent = this.intent;
    if (!intent || !this.panel) return;
    this.panel.title = intent.title;
    const away = emptyForPhase(this.session.phase);
    if (away) return this.page?.send({ kind: 'empty', empty: away });
    this.page?.send({ kind: 'empty', empty: { state: 'loading', message: `Working out what ${intent.title.toLowerCase()} takes…` } });
    const answer = await this.session.ask('headwater/plan', intent.params);
    if (intent !== this.intent) return;
    if (!answer.ok) return this.page?.send({ kind: 'empty', empty: emptyForAnswer(answer, this.session.phase, 'the plan') });
    this.etag = answer.value.etag;
    const trusted = vscode.workspace.isTrusted;
    const refused = answer.value.refused ?? [];
    const cannot = trusted ? refused : [untrusted(intent.verb).message];
    this.page?.send({ kind: 'plan', plan: { title: intent.title, verb: intent.verb, plan: answer.value, cannot } });
  }

  private async run(): Promise<void> {
    const intent = this.intent;
    if (!intent || this.running || !vscode.workspace.isTrusted) return;
    this.running = true;
    this.page?.send({ kind: 'running', message: `${intent.verb}…` });
    const { command, workspace, name, to } = intent.params;
    const answer = await this.session.execute(`headwater.env.${command}`, { workspace, name, to, etag: this.etag, yes: true });
    this.running = false;
    this.moved();
    if (!answer.ok) return this.page?.send({ kind: 'empty', empty: { ...emptyForAnswer(answer, this.session.phase, intent.verb), message: `${intent.title} did not go through.`, detail: answer.message } });
    this.page?.send({ kind: 'done', message: intent.done });
  }

  private heard(message: PlanFromView): void {
    if (message.kind === 'run') void this.run();
    if (message.kind === 'refresh') void this.refresh();
    if (message.kind === 'open' && this.intent) void revealModel(this.session, this.intent.params.workspace ?? '', message.model);
    if (message.kind === 'command') runOffered(message.command, message.arguments);
  }

  dispose(): void {
    this.panel?.dispose();
  }
}
