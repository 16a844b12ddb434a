/**
 * Has VS Code ask for the lenses again until it does. Between the news that they changed and its question it waits a while, longer
 * where the first answer took long, as in a window that was just opened; and it forgets to ask when the text loses the focus meanwhile.
 */
import * as vscode from 'vscode';

const FIRST_MS = 1_500;
const TIMES = 6;

export class LensWatch implements vscode.Disposable {
  private readonly asked = new Map<string, number>();
  private changed = 0;
  private timer: NodeJS.Timeout | undefined;

  /** `ask`: says once more that the lenses of a document changed. */
  constructor(private readonly ask: (document: vscode.TextDocument) => void) {}

  /** VS Code asks for a document's lenses. */
  heard(document: vscode.TextDocument): void {
    this.asked.set(document.uri.toString(), Date.now());
  }

  /** The server has other lenses than those that were asked for before. */
  outdated(): void {
    this.changed = Date.now();
    this.wait(FIRST_MS, TIMES);
  }

  private wait(milliseconds: number, times: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const stale = this.stale();
      if (stale.length === 0) return;
      for (const document of stale) this.ask(document);
      if (times > 1) this.wait(milliseconds * 2, times - 1);
    }, milliseconds);
  }

  /** What is on the screen with lenses of before. What has none yet is asked for when it comes into sight. */
  private stale(): vscode.TextDocument[] {
    return vscode.window.visibleTextEditors.map(({ document }) => document).filter(({ uri }) => (this.asked.get(uri.toString()) ?? Infinity) < this.changed);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}
