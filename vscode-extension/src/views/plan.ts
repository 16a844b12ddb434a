/** The plan, before it runs: one panel, used for builds, promotions and what else changes an environment. */
import * as vscode from 'vscode';
import type { PlanFromView, PlanToView } from '../messages';
import type { Plan, PlanParams } from '../protocol';
import { samePlan } from '../pure/plan';
import type { Answer, Session } from '../server/session';
import { emptyForAnswer, emptyForPhase, untrusted } from './empty';
import { revealModel } from './models';
import { runOffered } from './page';
import { Tab } from './tab';

/** The protocol's MessageType. */
const [WARNING, INFO] = [2, 3];

/** What the person wants to do, in the words of the button. */
export interface Intent { params: PlanParams; title: string; verb: string; done: string }

export class PlanPanel implements vscode.Disposable {
  private readonly tab: Tab<PlanToView, PlanFromView>;
  private intent: Intent | undefined;
  private plan: Plan | undefined;
  private running: vscode.CancellationTokenSource | undefined;

  constructor(
    context: vscode.ExtensionContext,
    private readonly session: Session,
    private readonly moved: () => void,
  ) {
    this.tab = new Tab(context.extensionUri, 'plan', (message) => this.heard(message));
  }

  async show(intent: Intent): Promise<void> {
    this.intent = intent;
    this.tab.show();
    await this.refresh();
  }

  private async refresh(): Promise<void> {
    const intent = this.intent;
    if (!intent || !this.tab.isOpen) return;
    this.tab.setTitle(intent.title);
    const away = emptyForPhase(this.session);
    if (away) return this.tab.send({ kind: 'empty', empty: away });
    this.tab.send({ kind: 'empty', empty: { state: 'loading', message: `Working out what ${intent.title.toLowerCase()} takes…` } });
    const answer = await this.session.ask('headwater/plan', intent.params);
    if (intent !== this.intent) return;
    if (!answer.ok) return this.tab.send({ kind: 'empty', empty: emptyForAnswer(answer, this.session, 'the plan') });
    this.showPlan(intent, answer.value);
  }

  private showPlan({ title, verb }: Intent, plan: Plan, note?: string): void {
    this.plan = plan;
    const cannot = vscode.workspace.isTrusted ? (plan.refused ?? []) : [untrusted(verb).message];
    this.tab.send({ kind: 'plan', plan: { title, verb, plan, cannot, note } });
  }

  /** What runs is what was shown: where the files have changed since, the new plan is shown, and nothing runs. */
  private async hasMoved(intent: Intent): Promise<boolean> {
    const now = await this.session.ask('headwater/plan', intent.params);
    if (!now.ok || !this.plan || samePlan(this.plan, now.value)) return false; // an answer that is none is told by the command itself
    if (intent === this.intent) this.showPlan(intent, now.value, 'Files or environments have changed since this plan was shown. This is the plan now; nothing ran.');
    return true;
  }

  private async run(): Promise<void> {
    const intent = this.intent;
    if (!intent || this.running || !vscode.workspace.isTrusted) return;
    const running = new vscode.CancellationTokenSource();
    this.running = running;
    this.tab.send({ kind: 'running', message: `${intent.title}…` });
    if (await this.hasMoved(intent)) {
      this.running = undefined;
      return;
    }
    const follow = this.session.onProgress(({ message, percentage }) => this.tab.send({ kind: 'running', message: message || `${intent.title}…`, percentage }));
    const hearing = this.session.said.hear(intent.title);
    const { command, workspace, name, to } = intent.params;
    const answer = await this.session.execute(`headwater.env.${command}`, { workspace, name, to, etag: this.plan?.etag, yes: true }, running.token);
    follow.dispose();
    hearing.end();
    this.running = undefined;
    this.moved();
    if (intent === this.intent) this.tell(intent, answer, hearing.said);
    if (hearing.said && !(intent === this.intent && this.tab.isVisible)) this.session.said.show({ type: answer.ok ? INFO : WARNING, message: `${intent.title}: ${hearing.said}` });
  }

  private tell(intent: Intent, answer: Answer<unknown>, said = ''): void {
    if (answer.ok) return this.tab.send({ kind: 'done', message: `${intent.done} ${said}`.trim() });
    if (answer.why === 'cancelled') return this.tab.send({ kind: 'cancelled', message: `Cancelled: ${intent.params.name} is as it was. Tables that were finished are kept for the next time.` });
    this.tab.send({ kind: 'empty', empty: { ...emptyForAnswer(answer, this.session, intent.verb), message: `${intent.title} did not go through.`, detail: answer.message } });
  }

  private heard(message: PlanFromView): void {
    if (message.kind === 'run') void this.run();
    if (message.kind === 'cancel') this.running?.cancel();
    if (message.kind === 'refresh') void this.refresh();
    if (message.kind === 'open' && this.intent) void revealModel(this.session, this.intent.params.workspace ?? '', message.model);
    if (message.kind === 'command') runOffered(message, () => void this.refresh());
  }

  dispose(): void {
    this.tab.dispose();
  }
}
