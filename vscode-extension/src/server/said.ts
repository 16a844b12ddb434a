/** What the server says to the person: in the view that asked for it, in the status bar, or as a toast. */
import * as vscode from 'vscode';
import { placeOf } from '../pure/said';

const STATUS_MS = 10_000;
/** The protocol's MessageType. */
const [ERROR, WARNING] = [1, 2];

export interface Said { type: number; message: string }
export interface Hearing { said: string | undefined; end(): void }

export class SaidByServer {
  private readonly hearings = new Map<string, (message: string) => void>();

  /** From now on, what the server says of `title` is not shown but handed over. */
  hear(title: string): Hearing {
    const hearing: Hearing = { said: undefined, end: () => this.hearings.delete(title) };
    this.hearings.set(title, (message) => (hearing.said = message.slice(title.length + 2)));
    return hearing;
  }

  show({ type, message }: Said): void {
    const place = placeOf(message, type > WARNING, this.hearings.keys());
    if (place === 'view') for (const [title, take] of this.hearings) if (message.startsWith(`${title}: `)) take(message);
    if (place === 'status') vscode.window.setStatusBarMessage(`$(info) ${message}`, STATUS_MS);
    if (place === 'toast') void toast(type, message);
  }
}

function toast(type: number, message: string): Thenable<unknown> {
  if (type === ERROR) return vscode.window.showErrorMessage(message);
  return type === WARNING ? vscode.window.showWarningMessage(message) : vscode.window.showInformationMessage(message);
}
