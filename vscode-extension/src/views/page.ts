/** What every web view has in common: its page, a strict content policy, and messages that wait until the page is ready. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

export type PageName = 'lineage' | 'plan' | 'data' | 'compare';

/** Nothing is loaded from anywhere but the extension; the lineage layout runs in a worker made from a blob. */
function policy(webview: vscode.Webview, nonce: string): string {
  const own = webview.cspSource;
  return [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}' ${own}`,
    `style-src ${own} 'unsafe-inline'`,
    `font-src ${own}`,
    `img-src ${own} data: blob:`,
    `worker-src blob:`,
  ].join('; ');
}

export function pageHtml(webview: vscode.Webview, extension: vscode.Uri, name: PageName): string {
  const nonce = randomBytes(16).toString('base64');
  const asset = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(extension, 'dist', 'views', file)).toString();
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy(webview, nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<link rel="stylesheet" href="${asset('style.css')}">
<title>Headwater ${name}</title>
</head>
<body>
<div id="root"></div>
<script type="module" nonce="${nonce}" src="${asset(`${name}.js`)}"></script>
</body>
</html>`;
}

/** One web view's messages. The page says `ready` when it listens; what was sent before is kept by kind, the newest wins. */
export class Page<ToView extends { kind: string }, FromView extends { kind: string }> implements vscode.Disposable {
  private waiting: Map<string, ToView> | undefined = new Map();
  private readonly disposables: vscode.Disposable[] = [];

  constructor(
    private readonly webview: vscode.Webview,
    extension: vscode.Uri,
    name: PageName,
    private readonly receive: (message: FromView) => void,
  ) {
    webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extension, 'dist', 'views')] };
    this.disposables.push(webview.onDidReceiveMessage((message: FromView) => this.heard(message)));
    webview.html = pageHtml(webview, extension, name);
  }

  send(message: ToView): void {
    if (this.waiting) {
      this.waiting.delete(message.kind);
      this.waiting.set(message.kind, message);
    } else {
      void this.webview.postMessage(message);
    }
  }

  private heard(message: FromView): void {
    if (message.kind === 'ready') {
      const waiting = this.waiting;
      this.waiting = undefined;
      for (const kept of waiting?.values() ?? []) this.send(kept);
    }
    this.receive(message);
  }

  dispose(): void {
    for (const disposable of this.disposables.splice(0)) disposable.dispose();
  }
}

/** Asks the view to try again. */
export const RETRY = 'headwater.retry';

/** A page's buttons may run these commands and no others. */
const OFFERED = new Set([
  'headwater.installServer',
  'headwater.restartServer',
  'headwater.showLog',
  'headwater.showReport',
  'headwater.openDemo',
  'headwater.buildEnvironment',
  'headwater.previewModel',
  'headwater.openLineage',
  'workbench.action.openSettings',
  'workbench.trust.manage',
  'vscode.openFolder',
]);

/** Runs a button's command; `retry` is the view's own. */
export function runOffered({ command, arguments: args = [] }: { command: string; arguments?: unknown[] }, retry: () => void): void {
  if (command === RETRY) return retry();
  if (OFFERED.has(command)) void vscode.commands.executeCommand(command, ...args);
}
