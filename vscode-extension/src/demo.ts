/** The demo workspace for the walkthrough: the server's own command writes it into a folder that the person picks. */
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { Session } from './server/session';

const FOLDER = 'headwater-demo';

export async function openDemo(_context: vscode.ExtensionContext, session: Session): Promise<void> {
  const [parent] = (await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, openLabel: 'Put the Demo Here', title: `A folder named ${FOLDER} is made inside` })) ?? [];
  if (!parent) return;
  const target = vscode.Uri.joinPath(parent, FOLDER);
  const answer = await session.execute('headwater.demo.write', { folder: target.fsPath });
  if (!answer.ok) return void vscode.window.showErrorMessage(`The demo could not be written to ${join(dirname(target.fsPath), FOLDER)}: ${answer.message}`);
  await vscode.commands.executeCommand('vscode.openFolder', target, { forceNewWindow: false });
}
