/**
 * The walkthrough's ticks. VS Code ticks a step off when a context key changes while it knows the step, and never for one that held
 * before: so what was reached is kept here and told once the walkthrough is open.
 */
import * as vscode from 'vscode';
import { type Reached, reachedBy } from '../pure/walkthrough';
import type { Session } from '../server/session';
import type { StatusWatch } from '../server/watch';
import type { EnvironmentsTree } from './environments';
import type { LineagePanel } from './lineage';

export class Walkthrough implements vscode.Disposable {
  private readonly reached = new Set<Reached>();
  private readonly disposables: vscode.Disposable[] = [];
  private readonly title: string;
  private known = false;

  constructor(
    private readonly context: vscode.ExtensionContext,
    session: Session,
    watch: StatusWatch,
    tree: EnvironmentsTree,
    lineage: LineagePanel,
  ) {
    this.title = (context.extension.packageJSON as { displayName: string }).displayName;
    this.disposables.push(
      session.onImpact((impact) => this.note(reachedBy({ impact }))),
      watch.onStatus((answer) => answer.ok && this.note(reachedBy({ status: answer.value }))),
      tree.onDidChangeTreeData(() => this.note(reachedBy({ environments: tree.workspaces }))),
      lineage.onShown(() => this.note(reachedBy({ lineage: true }))),
      vscode.window.tabGroups.onDidChangeTabs(() => this.look()),
    );
    this.look();
  }

  async open(): Promise<void> {
    await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${this.context.extension.id}#start`);
    this.tell();
  }

  private note(steps: readonly Reached[]): void {
    const news = steps.filter((step) => !this.reached.has(step));
    for (const step of news) this.reached.add(step);
    if (this.known && news.length > 0) this.tell();
  }

  /** VS Code names the walkthrough's tab after us; it is no editor that an extension may look into. */
  private look(): void {
    const isOpen = () => vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label, input }) => input === undefined && label.includes(this.title)));
    if (!this.known && isOpen()) this.tell();
  }

  private tell(): void {
    this.known = true;
    for (const step of this.reached) void vscode.commands.executeCommand('setContext', `headwater.reached.${step}`, true);
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }
}
