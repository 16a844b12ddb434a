/** What is said aloud when the server cannot run, once, and only where models are open. All else stays in the status bar. */
import * as vscode from 'vscode';
import { unfitPythons, wrongSetting } from './pure/discovery';
import type { Session } from './server/session';

const MARKS = ['headwater.toml', '*/headwater.toml', 'external_models.yaml', 'dbt_project.yml', 'config.yaml'];

async function looksLikeModels(): Promise<boolean> {
  if (vscode.window.visibleTextEditors.some(({ document }) => /^\s*MODEL\s*\(/im.test(document.getText().slice(0, 4000)))) return true;
  const found = await vscode.workspace.findFiles(`{${MARKS.join(',')}}`, '**/node_modules/**', 1);
  return found.length > 0;
}

export function watchForTrouble(session: Session): vscode.Disposable {
  let said: string | undefined;
  return session.onPhase((phase) => {
    if (phase === 'ready') said = undefined;
    if (phase === said || (phase !== 'missing' && phase !== 'failed')) return;
    said = phase;
    const wrong = wrongSetting(session.tried);
    void (phase === 'failed' ? sayFailed(session) : wrong ? sayWrong(wrong) : offerInstallation(unfitPythons(session.tried)));
  });
}

async function sayWrong(message: string): Promise<void> {
  const [settings, report] = ['Open Settings', 'System Report'];
  const answer = await vscode.window.showErrorMessage(message, settings, report);
  if (answer === settings) await vscode.commands.executeCommand('workbench.action.openSettings', 'headwater.server.command');
  if (answer === report) await vscode.commands.executeCommand('headwater.showReport');
}

async function offerInstallation(unfit: string | undefined): Promise<void> {
  if (!(await looksLikeModels())) return;
  const [install, report] = ['Install', 'System Report'];
  const message = `Headwater’s server is not in the Python environment, in .venv or on the PATH${unfit ? ` (${unfit})` : ''}. Install it into an environment of its own?`;
  const answer = await vscode.window.showInformationMessage(message, install, report);
  if (answer === install) await vscode.commands.executeCommand('headwater.installServer');
  if (answer === report) await vscode.commands.executeCommand('headwater.showReport');
}

async function sayFailed(session: Session): Promise<void> {
  const [restart, log, report] = ['Restart', 'Show Log', 'System Report'];
  const answer = await vscode.window.showErrorMessage(`Headwater’s server stopped${session.lastFailure ? `: ${session.lastFailure}` : '.'}`, restart, log, report);
  if (answer === restart) await session.restart();
  if (answer === log) session.log.show();
  if (answer === report) await vscode.commands.executeCommand('headwater.showReport');
}
