/** The states in which there is nothing to show, in words, each with a way on. The same for all views. */
import type { Empty } from '../messages';
import { type Tried, unfitPythons, wrongSetting } from '../pure/discovery';
import type { Failure, Session } from '../server/session';
import { RETRY } from './page';

const TRY_AGAIN = { label: 'Try Again', command: RETRY };
const SHOW_LOG = { label: 'Show Log', command: 'headwater.showLog' };
const RESTART = { label: 'Restart Server', command: 'headwater.restartServer' };
const SETTING = { label: 'Open Settings', command: 'workbench.action.openSettings', arguments: ['headwater.server.command'] };
const REPORT = { label: 'Show System Report', command: 'headwater.showReport' };
const INSTALL = { label: 'Install Server', command: 'headwater.installServer' };

/** What the states are made of. */
export type Away = Pick<Session, 'phase' | 'tried' | 'lastFailure'>;

/** Why the server cannot be asked; undefined when it can. */
export function emptyForPhase({ phase, tried, lastFailure }: Away): Empty | undefined {
  switch (phase) {
    case 'ready':
      return undefined;
    case 'starting':
      return { state: 'starting', message: 'Reading the workspace…' };
    case 'missing':
      return missing(tried);
    case 'failed':
      return { state: 'failed', message: 'The server stopped and is not being restarted.', detail: lastFailure ?? 'The log says why.', actions: [RESTART, SHOW_LOG] };
    case 'stopped':
      return { state: 'stopped', message: 'The server is not running.', actions: [{ ...RESTART, label: 'Start Server' }] };
  }
}

/** A setting that leads nowhere is mended in the settings: installing would change nothing, since the setting is what is taken. */
function missing(tried: readonly Tried[]): Empty {
  const wrong = wrongSetting(tried);
  if (wrong) return { state: 'missing', message: wrong, detail: 'Correct or clear the setting headwater.server.command.', actions: [SETTING, REPORT] };
  return { state: 'missing', message: 'The Headwater server is not installed on this machine.', detail: unfitPythons(tried), actions: [INSTALL, REPORT] };
}

export function unsupported(what: string): Empty {
  return {
    state: 'unsupported',
    message: `This version of the server does not offer ${what}.`,
    detail: 'A newer server may: the system report names the one in use.',
    actions: [REPORT],
  };
}

export function untrusted(what: string): Empty {
  return {
    state: 'untrusted',
    message: `${what} runs SQL, and this workspace is not trusted.`,
    detail: 'Lineage and impact work without it.',
    actions: [{ label: 'Manage Workspace Trust', command: 'workbench.trust.manage' }],
  };
}

export function outside(): Empty {
  return {
    state: 'outside',
    message: 'No model here.',
    detail: 'A headwater.toml, a SQLMesh config.yaml or a dbt_project.yml marks the root of a workspace of models.',
    actions: [{ label: 'Open Folder', command: 'vscode.openFolder' }, { label: 'Open the Demo Workspace', command: 'headwater.openDemo' }],
  };
}

export function failed(message: string, detail: string): Empty {
  return { state: 'error', message, detail, actions: [TRY_AGAIN, SHOW_LOG] };
}

/** From an answer that is none. */
export function emptyForAnswer(answer: Failure, session: Away, what: string): Empty {
  if (answer.why === 'unsupported') return unsupported(what);
  return emptyForPhase(session) ?? failed(`${what[0]?.toUpperCase()}${what.slice(1)} could not be read.`, answer.message);
}
