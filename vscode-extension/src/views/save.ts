/** Saves what the lineage page drew. Works where the workspace is, also over SSH or in a container. */
import * as vscode from 'vscode';

export async function saveExport({ format, name, content }: { format: 'svg' | 'png'; name: string; content: string }): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const defaultUri = folder && vscode.Uri.joinPath(folder, `${name}.${format}`);
  const target = await vscode.window.showSaveDialog({ defaultUri, filters: format === 'svg' ? { 'SVG image': ['svg'] } : { 'PNG image': ['png'] }, title: 'Export Lineage' });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, format === 'svg' ? Buffer.from(content, 'utf8') : Buffer.from(content, 'base64'));
  const open = 'Open';
  if ((await vscode.window.showInformationMessage(`Lineage saved as ${target.path.split('/').at(-1)}.`, open)) === open) {
    await vscode.commands.executeCommand('vscode.open', target);
  }
}
