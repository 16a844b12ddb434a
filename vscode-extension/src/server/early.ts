/**
 * A hover that is asked for while the server starts is answered by it as soon as it can: whoever rests the pointer on a name right
 * after opening a file need not move it again. The client's own provider takes over when it is there.
 */
import * as vscode from 'vscode';
import { SERVED } from '../pure/documents';
import type { Session } from './session';

export function answerEarly(session: Session): vscode.Disposable {
  let provider: vscode.Disposable | undefined;
  const leave = () => {
    provider?.dispose();
    provider = undefined;
  };
  const watch = session.onPhase((phase) => {
    if (phase !== 'starting') return leave();
    provider ??= vscode.languages.registerHoverProvider([...SERVED], { provideHover: (document, position, token) => session.hoverWhenReady(document, position, token) });
  });
  return vscode.Disposable.from(watch, new vscode.Disposable(leave));
}
