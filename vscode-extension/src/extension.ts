/** The extension's one entry: makes the parts, wires them, starts the server where there is something to serve. */
import * as vscode from 'vscode';
import { registerCommands } from './commands';
import { answerEarly } from './server/early';
import { Report } from './report';
import { Session } from './server/session';
import { StatusWatch } from './server/watch';
import { StatusBar } from './status';
import { ComparePanel } from './views/compare';
import { DataPanel } from './views/data';
import { EnvironmentsTree } from './views/environments';
import { LineagePanel } from './views/lineage';
import { PlanPanel } from './views/plan';
import { TestExplorer } from './views/tests';
import { Walkthrough } from './views/walkthrough';
import { watchForTrouble } from './trouble';

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('Headwater', { log: true });
  const session = new Session(context, log);
  context.subscriptions.push(log, session, answerEarly(session));
  const started = session.start(); // before everything else is made: the server needs the longest
  const watch = new StatusWatch(session);
  const tree = new EnvironmentsTree(session, watch);
  const lineage = new LineagePanel(context, session, watch);
  const plan = new PlanPanel(context, session, () => void tree.refresh());
  const data = new DataPanel(context, session, () => tree.workspaces.flatMap(({ environments }) => environments.map(({ name }) => name)));
  const compare = new ComparePanel(context, session);
  const report = new Report(context, session);
  const walkthrough = new Walkthrough(context, session, watch, tree, lineage);
  context.subscriptions.push(tree, lineage, plan, data, compare, report, watch, walkthrough, new StatusBar(session, watch), new TestExplorer(session, watch));
  context.subscriptions.push(...registerCommands({ context, session, lineage, tree, plan, data, compare, report, walkthrough }));
  context.subscriptions.push(watchForTrouble(session), ...followSettings(session));
  await started;
}

function followSettings(session: Session): vscode.Disposable[] {
  return [
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('headwater.server.command')) void session.restart();
    }),
    // Trust changes which programs may be started and whether SQL may run: both begin anew.
    vscode.workspace.onDidGrantWorkspaceTrust(() => void session.restart()),
  ];
}

export function deactivate(): void {
  // The session is a subscription of the context: VS Code disposes it, and waits.
}
