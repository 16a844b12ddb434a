/** The demo workspace for the walkthrough: the server's own command writes it into a folder that the person picks. */
import * as vscode from 'vscode';
import { installServer } from './server/install';
import type { Session } from './server/session';

const FOLDER = 'headwater-demo';

export async function openDemo(context: vscode.ExtensionContext, session: Session): Promise<void> {
  const title = `Where to put the folder ${FOLDER}`;
  const [parent] = (await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, openLabel: 'Put the Demo Here', title })) ?? [];
  if (!parent) return;
  const target = vscode.Uri.joinPath(parent, FOLDER);
  if ((await isDemo(target)) || (await writeDemo(context, session, target))) await vscode.commands.executeCommand('vscode.openFolder', target, { forceNewWindow: false });
}

/** A demo that was written before is opened as it is. */
async function isDemo(folder: vscode.Uri): Promise<boolean> {
  const text = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, 'config.yaml')).then((bytes) => Buffer.from(bytes).toString('utf8'), () => '');
  return /^project: bikeshare$/m.test(text);
}

async function writeDemo(context: vscode.ExtensionContext, session: Session, target: vscode.Uri): Promise<boolean> {
  await session.start();
  if (session.phase === 'missing' && (await installServer(context, session.log))) await session.restart();
  const answer = await session.execute('headwater.demo.write', { folder: target.fsPath });
  if (!answer.ok) void vscode.window.showErrorMessage(answer.message);
  return answer.ok;
}
