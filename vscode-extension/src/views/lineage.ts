/** The lineage panel's host side: follows the cursor, asks the server, hands graph and ripple to the page. */
import * as vscode from 'vscode';
import type { Empty, LineageFromView, LineageToView } from '../messages';
import type { ImpactChanged, Lineage, LineageParams } from '../protocol';
import type { Session } from '../server/session';
import type { StatusWatch } from '../server/watch';
import { emptyForAnswer, emptyForPhase, outside } from './empty';
import { openModel } from './models';
import { Page, runOffered } from './page';
import { saveExport } from './save';
import { openTab } from './tab';

const FOLLOW_DELAY_MS = 120;

export class LineagePanel implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly pages = new Set<Page<LineageToView, LineageFromView>>();
  private readonly disposables: vscode.Disposable[] = [];
  private upstream: number;
  private downstream: number;
  private follow = true;
  private centre: Pick<LineageParams, 'workspace' | 'model' | 'textDocument' | 'position'> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private asking: vscode.CancellationTokenSource | undefined;
  private shown: LineageToView | undefined;
  private graph: Lineage | undefined;
  private readonly graphShown = new vscode.EventEmitter<void>();
  readonly onShown = this.graphShown.event;
  private readonly impacts = new Map<string, ImpactChanged>();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly session: Session,
    watch: StatusWatch,
  ) {
    const settings = vscode.workspace.getConfiguration('headwater.lineage');
    this.upstream = settings.get('upstream', 1);
    this.downstream = settings.get('downstream', 2);
    this.disposables.push(
      this.graphShown,
      vscode.window.registerWebviewViewProvider('headwater.lineage', this, { webviewOptions: { retainContextWhenHidden: true } }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.cursorMoved(textEditor)),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.cursorMoved(editor)),
      session.onPhase(() => this.refreshSoon()),
      session.onImpact((impact) => this.rippled(impact)),
      watch.onStatus((answer) => answer.ok && answer.value.ready && this.refreshSoon()),
    );
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const page = this.addPage(view.webview);
    view.onDidDispose(() => this.removePage(page));
    view.onDidChangeVisibility(() => view.visible && this.refreshSoon());
  }

  /** Shows the panel, on what the cursor is on or on a model by name. */
  async reveal(model?: { workspace?: string; model: string }): Promise<void> {
    if (model) this.centre = model;
    else this.cursorMoved(vscode.window.activeTextEditor);
    await vscode.commands.executeCommand('headwater.lineage.focus', { preserveFocus: true });
    this.refreshSoon();
  }

  openToSide(): void {
    const panel = openTab(this.context.extensionUri, 'lineage', { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
    const page = this.addPage(panel.webview);
    panel.onDidDispose(() => this.removePage(page));
  }

  export(): void {
    for (const page of [...this.pages].slice(-1)) page.send({ kind: 'export' });
  }

  private addPage(webview: vscode.Webview): Page<LineageToView, LineageFromView> {
    const page: Page<LineageToView, LineageFromView> = new Page(webview, this.context.extensionUri, 'lineage', (message) => this.heard(message));
    this.pages.add(page);
    if (this.shown) page.send(this.shown);
    if (this.graph) page.send({ kind: 'impact', impact: this.impactOf(this.graph) });
    this.refreshSoon();
    return page;
  }

  private removePage(page: Page<LineageToView, LineageFromView>): void {
    page.dispose();
    this.pages.delete(page);
  }

  private cursorMoved(editor: vscode.TextEditor | undefined): void {
    if (!editor || !this.follow || !/\.sql$/i.test(editor.document.uri.path)) return;
    const { line, character } = editor.selection.active;
    this.centre = { textDocument: { uri: editor.document.uri.toString() }, position: { line, character } };
    this.refreshSoon();
  }

  /** An edit may have changed the edges as well as the verdict. */
  private rippled(impact: ImpactChanged): void {
    this.impacts.set(impact.workspace, impact);
    if (this.graph && this.impactOf(this.graph) === impact) this.send({ kind: 'impact', impact });
    this.refreshSoon();
  }

  private refreshSoon(): void {
    if (this.pages.size === 0) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), FOLLOW_DELAY_MS);
  }

  private async refresh(): Promise<void> {
    const away = emptyForPhase(this.session);
    if (away) return this.showEmpty(away);
    if (!this.centre) return this.showEmpty({ state: 'idle', message: 'Open a model: this panel follows the cursor.' });
    this.asking?.cancel();
    const asking = new vscode.CancellationTokenSource();
    this.asking = asking;
    const answer = await this.session.ask('headwater/lineage', { ...this.centre, depthUp: this.upstream, depthDown: this.downstream }, asking.token);
    if (asking.token.isCancellationRequested) return;
    if (!answer.ok) return this.showEmpty(emptyForAnswer(answer, this.session, 'lineage'));
    if (!answer.value?.focus) return this.showEmpty(outside());
    this.showGraph(answer.value);
  }

  /** The last verdict on the graph's workspace; a server that does not name it has one workspace open, or the verdict travels with the graph. */
  private impactOf({ workspace }: Lineage): ImpactChanged | null {
    const only = this.impacts.size === 1 ? [...this.impacts.values()][0] : undefined;
    return (workspace ? this.impacts.get(workspace) : only) ?? null;
  }

  private showEmpty(empty: Empty): void {
    this.graph = undefined;
    this.send({ kind: 'empty', empty });
  }

  private showGraph(graph: Lineage): void {
    const moved = this.graph?.workspace !== graph.workspace;
    this.graph = graph;
    this.send({ kind: 'graph', graph, upstream: this.upstream, downstream: this.downstream, follow: this.follow });
    if (moved) this.send({ kind: 'impact', impact: this.impactOf(graph) });
    this.graphShown.fire();
  }

  private send(message: LineageToView): void {
    if (message.kind !== 'impact') this.shown = message;
    for (const page of this.pages) page.send(message);
  }

  private heard(message: LineageFromView): void {
    switch (message.kind) {
      case 'open':
        return void openModel(this.session, this.graph, message.model, message.column);
      case 'depth':
        this.upstream = message.upstream;
        this.downstream = message.downstream;
        return this.refreshSoon();
      case 'center':
        this.centre = { workspace: this.graph?.workspace, model: message.model };
        return this.refreshSoon();
      case 'follow':
        this.follow = message.follow;
        return this.cursorMoved(vscode.window.activeTextEditor);
      case 'export':
        return void saveExport(message);
      case 'command':
        return runOffered(message, () => this.refreshSoon());
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const disposable of [...this.disposables, ...this.pages]) disposable.dispose();
  }
}
