/**
 * The system report: what a person pastes into an issue. Names no file of the workspace and holds no SQL. A document that is only
 * read: to close it asks nothing.
 */
import { release } from 'node:os';
import * as vscode from 'vscode';
import { ORIGIN_NAMES } from './pure/discovery';
import type { Session } from './server/session';

const SCHEME = 'headwater-report';
const ADDRESS = vscode.Uri.from({ scheme: SCHEME, path: '/Headwater System Report.md' });

export class Report implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly session: Session,
  ) {}

  provideTextDocumentContent(): Promise<string> {
    return report(this.context, this.session);
  }

  async show(): Promise<void> {
    this.changed.fire(ADDRESS); // one that is open already is written anew
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(ADDRESS), { preview: true });
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}

async function report(context: vscode.ExtensionContext, session: Session): Promise<string> {
  const { version } = context.extension.packageJSON as { version: string };
  const status = await session.ask('headwater/status', {});
  const lines = [
    '# Headwater: system report',
    '',
    `- extension ${version}, ${vscode.env.appName} ${vscode.version}${vscode.env.remoteName ? ` (remote: ${vscode.env.remoteName})` : ''}`,
    `- ${process.platform} ${process.arch} ${release()}, Node ${process.versions.node}`,
    `- workspace folders: ${vscode.workspace.workspaceFolders?.length ?? 0}, trusted: ${vscode.workspace.isTrusted ? 'yes' : 'no'}`,
    `- server: ${session.phase}${session.serverInfo ? `, ${session.serverInfo}` : ''}${session.serverPid ? `, process ${session.serverPid}` : ''}`,
    ...(session.lastFailure ? [`- last failure: ${session.lastFailure}`] : []),
    '',
    '## Where the server was looked for',
    '',
    ...(session.tried.length > 0 ? session.tried.map(({ origin, where, outcome }) => `1. ${ORIGIN_NAMES[origin]}: \`${where}\`: ${outcome}`) : ['It was not looked for yet.']),
    '',
    '## What the server says',
    '',
    '```json',
    JSON.stringify(status.ok ? { ...status.value, documents: status.value.documents?.length } : status.message, null, 2),
    '```',
    '',
  ];
  return lines.join('\n');
}
