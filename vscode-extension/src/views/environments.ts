/** The environments tree. Asks the server when something may have moved; what the rows say is in `pure/environments`. */
import * as vscode from 'vscode';
import { environmentDescription, inOrder, PRODUCTION } from '../pure/environments';
import { age, plural } from '../pure/words';
import type { Environment, Environments, Status } from '../protocol';
import type { Answer, Session } from '../server/session';
import type { StatusWatch } from '../server/watch';

export type Node =
  | { kind: 'workspace'; result: Environments }
  | { kind: 'environment'; workspace: string; environment: Environment }
  | { kind: 'group'; workspace: string; environment: Environment; label: string; icon: string; models: readonly string[] }
  | { kind: 'model'; workspace: string; environment: Environment; model: string }
  | { kind: 'note'; label: string; icon: string; detail?: string };

type Shown = 'some' | 'none' | 'outside' | 'unsupported' | 'failed' | 'unknown';

export class EnvironmentsTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[] = [];
  readonly onDidChangeTreeData = this.changed.event;
  private results: Environments[] = [];
  private reading = 0;
  readonly view: vscode.TreeView<Node>;

  constructor(
    private readonly session: Session,
    private readonly watch: StatusWatch,
  ) {
    this.view = vscode.window.createTreeView('headwater.environments', { treeDataProvider: this, showCollapseAll: true });
    this.disposables.push(this.view, session.onPhase((phase) => phase !== 'ready' && this.show('unknown', [])), watch.onStatus((answer) => void this.read(answer)));
  }

  /** What the server last said, for pickers. */
  get workspaces(): readonly Environments[] {
    return this.results;
  }

  /** After something was done: also while the server is busy with what follows from it, as it is then, and again once it is not. */
  async refresh(): Promise<void> {
    const status = await this.session.ask('headwater/status', {});
    await this.read(status, true);
    if (status.ok && !status.value.ready) this.watch.again();
  }

  /** What was asked for later is shown last. */
  private async read(status: Answer<Status>, early = false): Promise<void> {
    if (!status.ok) return this.show(status.why === 'unsupported' ? 'unsupported' : 'failed', []);
    if (!status.value.ready && !(early && status.value.projects.some(({ models }) => models > 0))) return;
    const reading = ++this.reading;
    if (status.value.projects.every(({ models }) => models === 0)) return this.show('outside', []);
    const answers = await Promise.all(status.value.projects.map(({ root }) => this.session.ask('headwater/environments', { workspace: root })));
    if (reading !== this.reading) return;
    if (answers.every((answer) => !answer.ok && answer.why === 'unsupported')) return this.show('unsupported', []);
    const results = answers.map((answer, index): Environments => (answer.ok ? answer.value : { workspace: status.value.projects[index]?.root ?? '', environments: [], problem: answer.message }));
    for (const { workspace, problem } of results) if (problem) this.session.log.warn(`Environments of ${workspace}: ${problem}`);
    const some = results.some(({ environments, problem }) => environments.length > 0 || problem);
    this.show(some ? 'some' : 'none', results);
  }

  private show(shown: Shown, results: Environments[]): void {
    this.results = results;
    void vscode.commands.executeCommand('setContext', 'headwater.environments', shown);
    this.changed.fire();
  }

  getChildren(node?: Node): Node[] {
    if (!node) {
      const [only, ...more] = this.results;
      if (!only) return [];
      return more.length === 0 ? nodesOf(only) : this.results.map((result) => ({ kind: 'workspace', result }));
    }
    if (node.kind === 'workspace') return orNothing(nodesOf(node.result));
    if (node.kind === 'environment') return groupsOf(node);
    if (node.kind === 'group') return node.models.map((model) => ({ kind: 'model', workspace: node.workspace, environment: node.environment, model }));
    return [];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'workspace':
        return workspaceItem(node.result);
      case 'environment':
        return environmentItem(node.environment);
      case 'group':
        return groupItem(node.label, node.icon, node.models.length);
      case 'model':
        return modelItem(node);
      case 'note':
        return noteItem(node);
    }
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }
}

function nodesOf({ workspace, environments, problem }: Environments): Node[] {
  const nodes: Node[] = inOrder(environments).map((environment) => ({ kind: 'environment', workspace, environment }));
  if (problem) nodes.push({ kind: 'note', label: problem, icon: 'warning', detail: problem });
  return nodes;
}

/** Among several workspaces; an only one that is empty has the view's welcome instead. */
function orNothing(nodes: Node[]): Node[] {
  return nodes.length > 0 ? nodes : [{ kind: 'note', label: 'nothing is built yet', icon: 'circle-outline' }];
}

/** What differs from prod by name; what is shared only as a number. */
function groupsOf({ workspace, environment }: Node & { kind: 'environment' }): Node[] {
  const differs = environment.differs ?? [];
  const shared = (environment.models ?? 0) - differs.length;
  const nodes: Node[] = [];
  if (environment.state) nodes.push(environment.state === 'current' ? { kind: 'note', label: 'what the files say', icon: 'pass' } : { kind: 'note', label: 'behind the files: build to catch up', icon: 'history' });
  if (environment.name === PRODUCTION) return nodes;
  if (differs.length > 0) nodes.push({ kind: 'group', workspace, environment, label: 'Other than prod', icon: 'git-compare', models: differs });
  if (shared > 0) nodes.push({ kind: 'note', label: `${plural(shared, 'model')} shared with prod`, icon: 'link' });
  return nodes;
}

function workspaceItem({ workspace }: Environments): vscode.TreeItem {
  const name = decodeURIComponent(workspace).split(/[\\/]/).filter(Boolean).at(-1) ?? workspace;
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = workspace;
  item.iconPath = new vscode.ThemeIcon('root-folder');
  item.tooltip = workspace;
  item.contextValue = 'workspace';
  return item;
}

function environmentItem(environment: Environment): vscode.TreeItem {
  const production = environment.name === PRODUCTION;
  const item = new vscode.TreeItem(environment.name, production ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.Expanded);
  item.description = environmentDescription(environment, Date.now());
  item.iconPath = new vscode.ThemeIcon(production ? 'database' : 'beaker');
  item.contextValue = production ? 'environment.prod' : 'environment.dev';
  item.tooltip = environmentTooltip(environment);
  item.accessibilityInformation = { label: `Environment ${environment.name}, ${item.description}` };
  return item;
}

function environmentTooltip({ name, created, updated, models }: Environment): vscode.MarkdownString {
  const now = Date.now();
  const lines = [`**${name}**`, typeof models === 'number' && plural(models, 'model'), created && `created ${age(created, now)}`, updated && `last moved ${age(updated, now)}`];
  return new vscode.MarkdownString(lines.filter(Boolean).join('\n\n'));
}

function groupItem(label: string, icon: string, count: number): vscode.TreeItem {
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
  item.description = String(count);
  item.iconPath = new vscode.ThemeIcon(icon);
  item.accessibilityInformation = { label: `${label}: ${plural(count, 'model')}` };
  return item;
}

function modelItem({ workspace, model }: Node & { kind: 'model' }): vscode.TreeItem {
  const item = new vscode.TreeItem(model);
  item.iconPath = new vscode.ThemeIcon('table');
  item.contextValue = 'model';
  item.command = { command: 'headwater.openModel', title: 'Open Model', arguments: [{ workspace, model }] };
  return item;
}

function noteItem({ label, icon, detail }: Node & { kind: 'note' }): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.iconPath = new vscode.ThemeIcon(icon);
  item.tooltip = detail ?? label;
  return item;
}
