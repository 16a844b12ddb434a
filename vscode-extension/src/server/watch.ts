/**
 * What the server says of itself, kept fresh: asked when it starts, again until it has read everything, and after each ripple.
 * One place asks; status bar, tree and tests listen.
 */
import * as vscode from 'vscode';
import type { Status } from '../protocol';
import type { Answer, Session } from './session';

const SOON_MS = 250;
const LATER_MS = 2_000;

export class StatusWatch implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Answer<Status>>();
  private readonly disposables: vscode.Disposable[] = [this.changed];
  private timer: NodeJS.Timeout | undefined;
  private asked = 0;
  readonly onStatus = this.changed.event;
  last: Answer<Status> | undefined;

  constructor(private readonly session: Session) {
    this.disposables.push(
      session.onPhase((phase) => (phase === 'ready' ? this.again() : this.forget())),
      session.onImpact(() => this.again()),
    );
  }

  /** Asks now, and on until the server is done with what it does. */
  again(): void {
    this.asked = 0;
    void this.ask();
  }

  private forget(): void {
    clearTimeout(this.timer);
    this.last = undefined;
  }

  private async ask(): Promise<void> {
    clearTimeout(this.timer);
    const answer = await this.session.ask('headwater/status', {});
    this.asked += 1;
    this.last = answer;
    this.changed.fire(answer);
    if (answer.ok && !answer.value.ready) this.timer = setTimeout(() => void this.ask(), this.asked < 20 ? SOON_MS : LATER_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const disposable of this.disposables) disposable.dispose();
  }
}
