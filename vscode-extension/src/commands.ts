/** The palette's commands: asks what is not given, then hands over to a panel or to the server. */
import * as vscode from 'vscode';
import { nameFromBranch, nameProblem, PRODUCTION } from './pure/environments';
import type { Report } from './report';
import { installServer } from './server/install';
import type { Answer, Session } from './server/session';
import type { ComparePanel } from './views/compare';
import type { DataPanel } from './views/data';
import type { EnvironmentsTree, Node } from './views/environments';
import type { LineagePanel } from './views/lineage';
import { revealModel } from './views/models';
import type { Intent, PlanPanel } from './views/plan';
import type { Walkthrough } from './views/walkthrough';
import { openDemo } from './demo';

export interface Parts {
  context: vscode.ExtensionContext;
  session: Session;
  lineage: LineagePanel;
  tree: EnvironmentsTree;
  plan: PlanPanel;
  data: DataPanel;
  compare: ComparePanel;
  report: Report;
  walkthrough: Walkthrough;
}

/** What a command may be called with: a tree node, a name, or an object from a link. */
type Given = Node | string | { workspace?: string; name?: string; model?: string } | undefined;

export function registerCommands(parts: Parts): vscode.Disposable[] {
  const { context, session, lineage, tree, data, report, walkthrough } = parts;
  const table: Record<string, (given?: Given) => unknown> = {
    openLineage: (given) => lineage.reveal(modelOf(given)),
    openLineageToSide: () => lineage.openToSide(),
    exportLineage: () => lineage.export(),
    showPlan: (given) => plan(parts, given, 'apply'),
    previewModel: () => previewHere(data, false),
    previewSelection: () => previewHere(data, true),
    compareModel: (given) => compareModel(parts, given),
    createEnvironment: (given) => createEnvironment(parts, given),
    buildEnvironment: (given) => plan(parts, given, 'apply'),
    promoteEnvironment: (given) => plan(parts, given, 'promote'),
    rollbackEnvironment: (given) => undo(parts, given, 'rollback'),
    dropEnvironment: (given) => undo(parts, given, 'drop'),
    compareEnvironments: (given) => compareEnvironments(parts, given),
    refreshEnvironments: () => tree.refresh(),
    openModel: (given) => openGivenModel(session, given),
    restartServer: () => session.restart(),
    installServer: async () => ((await installServer(context, session.log)) ? session.restart() : undefined),
    showLog: () => session.log.show(),
    showReport: () => report.show(),
    openWalkthrough: () => walkthrough.open(),
    openDemo: () => openDemo(context, session),
  };
  return Object.entries(table).map(([name, run]) => vscode.commands.registerCommand(`headwater.${name}`, run));
}

function isNode(given: Given): given is Node {
  return typeof given === 'object' && 'kind' in given;
}

function modelOf(given: Given): { workspace?: string; model: string } | undefined {
  if (typeof given === 'string') return { model: given };
  if (isNode(given)) return given.kind === 'model' ? { workspace: given.workspace, model: given.model } : undefined;
  return given?.model ? { workspace: given.workspace, model: given.model } : undefined;
}

async function openGivenModel(session: Session, given: Given): Promise<void> {
  const model = modelOf(given);
  if (model) await revealModel(session, model.workspace ?? '', model.model);
}

/** What is previewed: the selection, the CTE that the cursor is in, or the model. */
async function previewHere(data: DataPanel, selectionOnly: boolean): Promise<void> {
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors.find(({ document }) => /\.sql$/i.test(document.uri.path));
  if (!editor) return void vscode.window.showInformationMessage('Open a model to preview its data.');
  const { selection, document } = editor;
  const textDocument = { uri: document.uri.toString() };
  const name = document.uri.path.split('/').at(-1) ?? 'model';
  if (selectionOnly && !selection.isEmpty) return data.show({ title: `Selection in ${name}`, textDocument, start: plain(selection.start), end: plain(selection.end) });
  const cte = await cteAt(document, selection.active);
  return data.show(cte ? { title: `${cte} in ${name}`, textDocument, cte } : { title: name, textDocument });
}

function plain({ line, character }: vscode.Position) {
  return { line, character };
}

async function outlineOf(document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> {
  return (await vscode.commands.executeCommand<vscode.DocumentSymbol[] | undefined>('vscode.executeDocumentSymbolProvider', document.uri)) ?? [];
}

/** The CTE around a position, from the outline that the server gives: there a CTE is a module. */
async function cteAt(document: vscode.TextDocument, position: vscode.Position): Promise<string | undefined> {
  const outline = await outlineOf(document);
  const around = (symbols: readonly vscode.DocumentSymbol[]): vscode.DocumentSymbol[] => symbols.flatMap((symbol) => (symbol.range?.contains(position) ? [...around(symbol.children), symbol] : []));
  return around(outline).find(({ kind }) => kind === vscode.SymbolKind.Module)?.name;
}

// ---- environments -----------------------------------------------------------------------------------------------------

/** The workspace that a command is about: the one that was clicked, the only one, or the one that is picked. */
async function workspaceFor(parts: Parts, given: Given): Promise<string | undefined> {
  if (isNode(given)) return given.kind === 'workspace' ? given.result.workspace : given.kind === 'note' ? undefined : given.workspace;
  if (typeof given === 'object' && given.workspace) return given.workspace;
  const status = await parts.session.ask('headwater/status', {});
  const roots = status.ok ? status.value.projects.map(({ root }) => root) : [];
  if (roots.length === 0) {
    void vscode.window.showInformationMessage(status.ok ? 'No workspace of models is open.' : status.message);
    return undefined;
  }
  return roots.length === 1 ? roots[0] : vscode.window.showQuickPick(roots, { title: 'Which workspace?' });
}

function environmentsOf(parts: Parts, workspace: string) {
  return parts.tree.workspaces.find((result) => result.workspace === workspace)?.environments ?? [];
}

async function pickEnvironment(parts: Parts, workspace: string, title: string, except: readonly string[] = []): Promise<string | undefined> {
  const names = environmentsOf(parts, workspace).map(({ name }) => name).filter((name) => !except.includes(name));
  if (names.length === 0) {
    void vscode.window.showInformationMessage('There is no environment to choose. Build prod, then create one.');
    return undefined;
  }
  return names.length === 1 ? names[0] : vscode.window.showQuickPick(names, { title });
}

function nameOf(given: Given): string | undefined {
  if (typeof given === 'string') return given;
  if (isNode(given)) return 'environment' in given ? given.environment.name : undefined;
  return given?.name;
}

/** Building and promoting are shown as a plan first; the plan's button runs it. */
async function plan(parts: Parts, given: Given, command: 'apply' | 'promote'): Promise<void> {
  const workspace = await workspaceFor(parts, given);
  if (!workspace) return;
  const name = nameOf(given) ?? (command === 'apply' ? await pickTarget(parts, workspace) : await pickEnvironment(parts, workspace, 'Promote which environment?', [PRODUCTION]));
  if (!name) return;
  const intent: Intent =
    command === 'apply'
      ? { params: { workspace, name, command }, title: `Build ${name}`, verb: 'Build', done: `${name} is what the files say.` }
      : { params: { workspace, name, command, to: PRODUCTION }, title: `Promote ${name} to prod`, verb: 'Promote', done: `prod now shows ${name}’s models.` };
  await parts.plan.show(intent);
}

/** What can be built: every environment, and prod also before it exists. */
async function pickTarget(parts: Parts, workspace: string): Promise<string | undefined> {
  const names = new Set([PRODUCTION, ...environmentsOf(parts, workspace).map(({ name }) => name)]);
  return names.size === 1 ? PRODUCTION : vscode.window.showQuickPick([...names], { title: 'Build which environment?' });
}

const UNDOING = {
  rollback: { verb: 'Roll Back', question: (name: string) => `Return ${name} to its previous version?`, detail: 'Its views move back to the tables they showed before. Nothing is computed.' },
  drop: { verb: 'Drop', question: (name: string) => `Drop the environment ${name}?`, detail: 'Its views go. Tables stay until gc finds that nothing refers to them.' },
};

/** What takes something away asks in a dialog. */
async function undo(parts: Parts, given: Given, command: keyof typeof UNDOING): Promise<void> {
  const workspace = await workspaceFor(parts, given);
  if (!workspace) return;
  const words = UNDOING[command];
  const name = nameOf(given) ?? (await pickEnvironment(parts, workspace, `${words.verb} which environment?`, command === 'drop' ? [PRODUCTION] : []));
  if (!name) return;
  const sure = await vscode.window.showWarningMessage(words.question(name), { modal: true, detail: words.detail }, words.verb);
  if (sure !== words.verb) return;
  const etag = environmentsOf(parts, workspace).find((environment) => environment.name === name)?.etag;
  const answer = await parts.session.execute(`headwater.env.${command}`, { workspace, name, etag, yes: true });
  await parts.tree.refresh();
  complain(answer);
}

async function createEnvironment(parts: Parts, given: Given): Promise<void> {
  const workspace = await workspaceFor(parts, given);
  if (!workspace) return;
  const taken = environmentsOf(parts, workspace).map(({ name }) => name);
  const name = await vscode.window.showInputBox({
    title: 'Create Environment',
    prompt: 'A mirror of prod: views only, nothing is copied or computed.',
    value: nameFromBranch(await currentBranch()),
    validateInput: (value) => nameProblem(value, taken),
  });
  if (!name) return;
  const answer = await parts.session.execute('headwater.env.create', { workspace, name, from: PRODUCTION, yes: true });
  await parts.tree.refresh();
  complain(answer);
}

/** The server says itself how a command went; only what never reached it is said here. */
function complain(answer: Answer<unknown>): void {
  if (!answer.ok && answer.why !== 'failed') void vscode.window.showErrorMessage(answer.message);
}

async function currentBranch(): Promise<string | undefined> {
  interface Git { getAPI(version: 1): { repositories: { state: { HEAD?: { name?: string } } }[] } }
  const extension = vscode.extensions.getExtension<Git>('vscode.git');
  if (!extension?.isActive) return undefined;
  return extension.exports.getAPI(1).repositories[0]?.state.HEAD?.name;
}

// ---- comparing --------------------------------------------------------------------------------------------------------

async function compareModel(parts: Parts, given: Given): Promise<void> {
  const workspace = await workspaceFor(parts, given);
  if (!workspace) return;
  const model = modelOf(given)?.model ?? (await modelAtCursor(parts.session));
  if (!model) return void vscode.window.showInformationMessage('Put the cursor in a model to compare it.');
  const right = nameOf(given) === PRODUCTION ? undefined : nameOf(given);
  const chosen = right ?? (await pickEnvironment(parts, workspace, `Compare ${model} in prod with which environment?`, [PRODUCTION]));
  if (chosen) await parts.compare.show({ workspace, model, from: PRODUCTION, to: chosen });
}

/** The model that the cursor is in: not the one that it names there, where the cursor is on a column of another. */
async function modelAtCursor(session: Session): Promise<string | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const outline = await outlineOf(editor.document);
  const around = outline.find(({ range }) => range?.contains(editor.selection.active)) ?? outline[0];
  const { line, character } = around?.selectionRange?.start ?? editor.selection.active;
  const answer = await session.ask('headwater/lineage', { textDocument: { uri: editor.document.uri.toString() }, position: { line, character }, depthUp: 0, depthDown: 0 });
  return answer.ok ? answer.value?.focus?.model : undefined;
}

/** Two environments: pick one of the models in which they differ. */
async function compareEnvironments(parts: Parts, given: Given): Promise<void> {
  const workspace = await workspaceFor(parts, given);
  if (!workspace) return;
  const right = nameOf(given) ?? (await pickEnvironment(parts, workspace, 'Compare which environment with prod?', [PRODUCTION]));
  if (!right) return;
  const environment = environmentsOf(parts, workspace).find(({ name }) => name === right);
  const differs = environment?.differs ?? [];
  if (differs.length === 0) return void vscode.window.showInformationMessage(`${right} is the same as prod: every model is shared.`);
  const model = await vscode.window.showQuickPick([...differs], { title: `${right} and prod differ in ${differs.length} models`, placeHolder: 'Compare which model?' });
  if (model) await parts.compare.show({ workspace, model, from: PRODUCTION, to: right });
}
