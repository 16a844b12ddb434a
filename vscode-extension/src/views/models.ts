/** From a model's or a column's name to its place in the code. The server knows the file. */
import * as vscode from 'vscode';
import type { Lineage, LineageColumn, LineageModel } from '../protocol';
import type { Session } from '../server/session';

/** Opens a model that is known by name alone. */
export async function revealModel(session: Session, workspace: string, model: string, column?: string): Promise<void> {
  const answer = await session.ask('headwater/lineage', { workspace, model, depthUp: 0, depthDown: 0 });
  if (answer.ok) await openModel(session, answer.value, model, column);
  else void vscode.window.showInformationMessage(`${model} could not be opened: ${answer.message}`);
}

/** Opens a model's file, on a column if one is named; a source table without a file says so. */
export async function openModel(session: Session, graph: Lineage | undefined, name: string, column?: string): Promise<void> {
  const model = graph?.models.find((each) => each.name === name);
  if (!model?.uri) {
    session.log.info(`${name} has no file to open.`);
    void vscode.window.showInformationMessage(`${name} is a source table: no file of this workspace makes it.`);
    return;
  }
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(model.uri));
  const place = column ? placeOfColumn(document, model.columns.find((each) => each.name === column), column) : placeOfModel(model);
  await vscode.window.showTextDocument(document, { selection: place, viewColumn: vscode.ViewColumn.One });
}

function placeOfModel(model: LineageModel): vscode.Range {
  return new vscode.Range(model.line ?? 0, 0, model.line ?? 0, 0);
}

/** Where the server says the column is made; else the last whole word of that name, which is where most main SELECTs have it. */
function placeOfColumn(document: vscode.TextDocument, column: LineageColumn | undefined, name: string): vscode.Range | undefined {
  if (column?.line !== undefined && column.line >= 0) {
    const start = new vscode.Position(column.line, column.character ?? 0);
    return new vscode.Range(start, start);
  }
  const word = new RegExp(`(?<![\\w$])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w$])`, 'gi');
  const last = [...document.getText().matchAll(word)].at(-1);
  return last && new vscode.Range(document.positionAt(last.index), document.positionAt(last.index + last[0].length));
}
