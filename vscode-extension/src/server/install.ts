/** Installs the server into an environment of its own under the extension's storage, so that no project's environment is touched. */
import { rmSync } from 'node:fs';
import * as vscode from 'vscode';
import { findPython, interpreterIn, privateEnvironment } from './find';
import { runToEnd } from './processes';

const PYTHON_HELP = 'https://www.python.org/downloads/';

async function sayNoPython(tried: { where: string; outcome: string }[]): Promise<void> {
  const seen = tried.map(({ where, outcome }) => `${where}: ${outcome}`).join('; ');
  const message = `Headwater needs Python 3.11 or newer, and none was found${seen ? ` (${seen})` : ''}.`;
  const [get, setting] = ['Get Python', 'Open Settings'];
  const answer = await vscode.window.showErrorMessage(message, get, setting);
  if (answer === get) await vscode.env.openExternal(vscode.Uri.parse(PYTHON_HELP));
  if (answer === setting) await vscode.commands.executeCommand('workbench.action.openSettings', 'headwater.server.command');
}

/** Makes the environment and installs into it; a half-made one is removed. */
async function makeEnvironment(python: string, folder: string, report: (line: string) => void, cancel: AbortSignal): Promise<void> {
  const requirement = vscode.workspace.getConfiguration('headwater').get('server.package', 'headwater');
  const windows = process.platform === 'win32';
  try {
    await runToEnd([python, '-m', 'venv', '--clear', folder], report, cancel);
    const pip = [interpreterIn(folder, windows), '-m', 'pip', 'install', '--no-color', '--disable-pip-version-check', '--upgrade', requirement];
    await runToEnd(pip, report, cancel);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** True when the server is installed afterwards. Says itself what went wrong. */
export async function installServer(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Promise<boolean> {
  const { interpreter, tried } = await findPython(log);
  if (!interpreter) {
    await sayNoPython(tried);
    return false;
  }
  const failure = await installWith(interpreter, privateEnvironment(context), log);
  if (failure === undefined) return true;
  if (failure !== CANCELLED) void sayFailed(failure, log); // the progress is over: this message stays until it is answered
  return false;
}

const CANCELLED = Symbol('cancelled');

/** Installs under a progress bar that can be cancelled; what went wrong, or undefined. */
function installWith(interpreter: string, folder: string, log: vscode.LogOutputChannel): Thenable<unknown> {
  const options = { location: vscode.ProgressLocation.Notification, title: 'Headwater: installing the server', cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const cancel = new AbortController();
    token.onCancellationRequested(() => cancel.abort());
    const report = (line: string) => {
      log.info(line);
      progress.report({ message: line.length > 60 ? `${line.slice(0, 59)}…` : line });
    };
    try {
      await makeEnvironment(interpreter, folder, report, cancel.signal);
      return undefined;
    } catch (error) {
      return token.isCancellationRequested ? CANCELLED : error;
    }
  });
}

async function sayFailed(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  log.error(`Installing the server failed: ${String(error)}`);
  const [show, again] = ['Show Log', 'Try Again'];
  const reason = error instanceof Error ? (error.message.split('\n').at(-1) ?? '') : String(error);
  const answer = await vscode.window.showErrorMessage(`The server could not be installed: ${reason}`, show, again);
  if (answer === show) log.show();
  if (answer === again) await vscode.commands.executeCommand('headwater.installServer');
}
