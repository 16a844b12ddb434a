/** What the status bar says, as plain values. */
import type { ImpactChanged, Status } from '../protocol';
import { baseline, impactSummary, plural } from './words';

export interface Face { text: string; spoken: string; lines: string[]; warning?: 'warning' | 'error' }

type Phase = 'stopped' | 'starting' | 'ready' | 'missing' | 'failed';

const AWAY: Record<Exclude<Phase, 'ready'>, Face> = {
  stopped: { text: '$(circle-slash) Headwater', spoken: 'not running', lines: ['The server is not running.'] },
  starting: { text: '$(loading~spin) Headwater', spoken: 'starting', lines: ['Starting the server…'] },
  missing: { text: '$(cloud-download) Headwater', spoken: 'server not installed', lines: ['The server is not installed on this machine.'], warning: 'warning' },
  failed: { text: '$(error) Headwater', spoken: 'the server stopped', lines: ['The server stopped several times and is not being restarted.'], warning: 'error' },
};

function verdict(impact: ImpactChanged | undefined): { icon: string; text: string } {
  if (!impact) return { icon: '$(pass)', text: 'Headwater' };
  if (impact.breaking > 0) return { icon: '$(flame)', text: impactSummary(impact) };
  if (impact.nonBreaking > 0) return { icon: '$(diff-added)', text: impactSummary(impact) };
  return { icon: '$(pass)', text: impactSummary(impact) };
}

export function statusFace(phase: Phase, trusted: boolean, status: Status | undefined, impact: ImpactChanged | undefined): Face {
  if (phase !== 'ready') return AWAY[phase];
  const models = (status?.projects ?? []).reduce((sum, project) => sum + project.models, 0);
  if (status?.ready && models === 0) {
    return { text: '$(circle-outline) Headwater', spoken: 'no models here', lines: ['No models here: a headwater.toml, a SQLMesh config.yaml or a dbt_project.yml marks the root of a workspace of models. Files outside of one are not analysed.'] };
  }
  const { icon, text } = verdict(status && models === 0 ? undefined : impact); // what is not read yet has no verdict
  const reading = status?.ready === false;
  const lines = [
    reading ? 'Reading the workspace…' : plural(models, 'model'),
    impact ? `${impactSummary(impact)}: ${plural(impact.rebuild, 'table')} to rebuild, ${impact.reuse} reused` : `Baseline: ${baseline(status?.projects[0]?.baseline || 'not known yet')}`,
  ];
  if (!trusted) lines.push('The workspace is not trusted: nothing runs SQL.');
  const shield = trusted ? '' : ' $(shield)';
  return { text: `${reading ? '$(loading~spin)' : icon} ${text}${shield}`, spoken: reading ? 'reading the workspace' : text, lines };
}
