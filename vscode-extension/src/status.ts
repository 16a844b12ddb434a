/** The item in the status bar: what the server does, and what the edit does against the baseline. */
import * as vscode from 'vscode';
import { ORIGIN_NAMES } from './pure/discovery';
import { statusFace } from './pure/status';
import type { ImpactChanged, Status } from './protocol';
import type { Session } from './server/session';
import type { StatusWatch } from './server/watch';

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('headwater.status', vscode.StatusBarAlignment.Left, 10);
  private readonly disposables: vscode.Disposable[] = [this.item];
  private impact: ImpactChanged | undefined;
  private status: Status | undefined;

  constructor(
    private readonly session: Session,
    watch: StatusWatch,
  ) {
    this.item.name = 'Headwater';
    this.item.command = 'headwater.statusMenu';
    this.disposables.push(
      session.onPhase((phase) => this.phaseMoved(phase === 'ready')),
      session.onImpact((impact) => {
        this.impact = impact;
        this.draw();
      }),
      watch.onStatus((answer) => {
        this.status = answer.ok ? answer.value : undefined;
        this.draw();
      }),
      vscode.commands.registerCommand('headwater.statusMenu', () => this.menu()),
    );
    this.draw();
    this.item.show();
  }

  private phaseMoved(ready: boolean): void {
    if (!ready) this.status = this.impact = undefined;
    this.draw();
  }

  private draw(): void {
    const face = statusFace(this.session.phase, vscode.workspace.isTrusted, this.status, this.impact);
    this.item.text = face.text;
    this.item.accessibilityInformation = { label: `Headwater: ${face.spoken}`, role: 'button' };
    this.item.backgroundColor = face.warning ? new vscode.ThemeColor(`statusBarItem.${face.warning}Background`) : undefined;
    this.item.tooltip = new vscode.MarkdownString(['**Headwater**', ...face.lines, ...this.origin()].join('\n\n'), true);
  }

  private origin(): string[] {
    const { found, serverInfo, phase } = this.session;
    return found && phase === 'ready' ? [`${serverInfo ?? 'server'} from ${ORIGIN_NAMES[found.origin]}`] : [];
  }

  private async menu(): Promise<void> {
    const pick = (label: string, command: string, description?: string) => ({ label, command, description });
    const items = [
      pick('$(type-hierarchy) Show Lineage', 'headwater.openLineage'),
      pick('$(checklist) Show Plan...', 'headwater.showPlan'),
      pick('$(beaker) Show Environments', 'headwater.environments.focus'),
      pick('$(debug-restart) Restart Server', 'headwater.restartServer'),
      pick('$(output) Show Log', 'headwater.showLog'),
      pick('$(info) Show System Report', 'headwater.showReport'),
    ];
    if (this.session.phase === 'missing') items.unshift(pick('$(cloud-download) Install Server', 'headwater.installServer'));
    const chosen = await vscode.window.showQuickPick(items, { title: 'Headwater', placeHolder: 'What next?' });
    if (chosen) await vscode.commands.executeCommand(chosen.command);
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }
}
