/** A web view as an editor tab: made when it is first shown, kept while it is hidden, made anew after it was closed. */
import * as vscode from 'vscode';
import { Page, type PageName } from './page';

const TITLES: Record<PageName, string> = { lineage: 'Lineage', plan: 'Plan', data: 'Data', compare: 'Compare' };

export function openTab(extension: vscode.Uri, name: PageName, place: vscode.ViewColumn | { viewColumn: vscode.ViewColumn; preserveFocus: boolean }): vscode.WebviewPanel {
  const panel = vscode.window.createWebviewPanel(`headwater.${name}`, TITLES[name], place, { enableScripts: true, retainContextWhenHidden: true });
  panel.iconPath = vscode.Uri.joinPath(extension, 'media', 'headwater.svg');
  return panel;
}

/** At most one tab of its kind. */
export class Tab<ToView extends { kind: string }, FromView extends { kind: string }> implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private page: Page<ToView, FromView> | undefined;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly name: PageName,
    private readonly heard: (message: FromView) => void,
  ) {}

  get isOpen(): boolean {
    return this.panel !== undefined;
  }

  get isVisible(): boolean {
    return this.panel?.visible === true;
  }

  show(): void {
    this.panel ??= this.make();
    this.panel.reveal(undefined, false);
  }

  setTitle(title: string): void {
    if (this.panel) this.panel.title = title;
  }

  send(message: ToView): void {
    this.page?.send(message);
  }

  private make(): vscode.WebviewPanel {
    const panel = openTab(this.extension, this.name, vscode.ViewColumn.Active);
    const page = new Page<ToView, FromView>(panel.webview, this.extension, this.name, this.heard);
    this.page = page;
    panel.onDidDispose(() => {
      page.dispose();
      this.panel = undefined;
      this.page = undefined;
    });
    return panel;
  }

  dispose(): void {
    this.panel?.dispose();
  }
}
