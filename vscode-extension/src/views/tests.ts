/** The workspace's unit tests in VS Code's Test Explorer. */
import * as vscode from 'vscode';
import type { TestCase } from '../protocol';
import type { Session } from '../server/session';
import type { StatusWatch } from '../server/watch';

export class TestExplorer implements vscode.Disposable {
  private readonly controller = vscode.tests.createTestController('headwater', 'Headwater');
  private readonly disposables: vscode.Disposable[] = [this.controller];
  private readonly places = new Map<string, { workspace: string; name: string }>();
  private timer: NodeJS.Timeout | undefined;
  private read = false;

  constructor(
    private readonly session: Session,
    watch: StatusWatch,
  ) {
    this.controller.refreshHandler = () => this.refresh();
    this.controller.resolveHandler = async (item) => (item ? undefined : this.refresh());
    this.controller.createRunProfile('Run', vscode.TestRunProfileKind.Run, (request, token) => this.run(request, token), true);
    this.disposables.push(
      watch.onStatus((answer) => (answer.ok && answer.value.ready && !this.read ? this.refreshSoon() : undefined)),
      session.onPhase(() => {
        this.read = false;
      }),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => (/\.(ya?ml|sql)$/i.test(uri.path) ? this.refreshSoon() : undefined)),
    );
  }

  private refreshSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), 300);
  }

  private async refresh(): Promise<void> {
    const status = await this.session.ask('headwater/status', {});
    if (!status.ok) return;
    this.read = true;
    const found: { workspace: string; test: TestCase }[] = [];
    for (const { root } of status.value.projects) {
      const answer = await this.session.ask('headwater/tests', { workspace: root });
      if (answer.ok) found.push(...answer.value.tests.map((test) => ({ workspace: root, test })));
      else this.session.log.debug(`Tests of ${root}: ${answer.message}`);
    }
    this.fill(found);
  }

  /** One branch for each model that is tested. VS Code refuses ids that hold a NUL. */
  private fill(found: readonly { workspace: string; test: TestCase }[]): void {
    const branches = new Map<string, vscode.TestItem>();
    this.places.clear();
    for (const { workspace, test } of found) {
      const key = `${workspace}|${test.model}`;
      const branch = branches.get(key) ?? this.controller.createTestItem(key, test.model || 'tests');
      branches.set(key, branch);
      const item = this.controller.createTestItem(`${key}|${test.name}`, test.name, vscode.Uri.parse(test.uri));
      item.range = new vscode.Range(test.line ?? 0, 0, test.line ?? 0, 0);
      this.places.set(item.id, { workspace, name: test.name });
      branch.children.add(item);
    }
    this.controller.items.replace([...branches.values()]);
  }

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const run = this.controller.createTestRun(request);
    const leaves = wanted(this.controller, request);
    for (const leaf of leaves.values()) run.started(leaf);
    if (!vscode.workspace.isTrusted) {
      for (const leaf of leaves.values()) run.errored(leaf, new vscode.TestMessage('Tests run SQL, and this workspace is not trusted.'));
      return run.end();
    }
    const byWorkspace = new Map<string, vscode.TestItem[]>();
    for (const leaf of leaves.values()) {
      const workspace = this.places.get(leaf.id)?.workspace ?? '';
      byWorkspace.set(workspace, [...(byWorkspace.get(workspace) ?? []), leaf]);
    }
    for (const [workspace, items] of byWorkspace) await this.runIn(workspace, items, run, token);
    run.end();
  }

  private async runIn(workspace: string, items: readonly vscode.TestItem[], run: vscode.TestRun, token: vscode.CancellationToken): Promise<void> {
    const names = items.map(({ id }) => this.places.get(id)?.name ?? '');
    const answer = await this.session.ask('headwater/tests', { workspace, run: names }, token);
    for (const [index, item] of items.entries()) {
      const result = answer.ok ? answer.value.tests.find(({ name }) => name === names[index]) : undefined;
      if (result?.outcome) tell(run, item, result);
      else run.errored(item, new vscode.TestMessage(answer.ok ? 'The server did not run this test.' : answer.message));
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const disposable of this.disposables) disposable.dispose();
  }
}

function wanted(controller: vscode.TestController, request: vscode.TestRunRequest): Map<string, vscode.TestItem> {
  const leaves = new Map<string, vscode.TestItem>();
  const visit = (item: vscode.TestItem): void => {
    if (request.exclude?.includes(item)) return;
    if (item.children.size === 0) leaves.set(item.id, item);
    else item.children.forEach(visit);
  };
  if (request.include) request.include.forEach(visit);
  else controller.items.forEach(visit);
  return leaves;
}

function tell(run: vscode.TestRun, item: vscode.TestItem, { outcome, message, milliseconds }: TestCase): void {
  run.appendOutput(`${item.label}: ${outcome}${message ? `\n${message}` : ''}\n`.replaceAll(/\r?\n/g, '\r\n'), undefined, item);
  if (outcome === 'passed') return run.passed(item, milliseconds);
  const text = new vscode.TestMessage(message || 'failed');
  if (item.uri && item.range) text.location = new vscode.Location(item.uri, item.range);
  return outcome === 'failed' ? run.failed(item, text, milliseconds) : run.errored(item, text, milliseconds);
}
