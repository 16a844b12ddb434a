/** Which steps of the walkthrough what was seen ticks off. */
import type { Environments, ImpactChanged, Status } from '../protocol';
import { PRODUCTION } from './environments';

export type Reached = 'server' | 'models' | 'lineage' | 'ripple' | 'environment';

export interface Seen { status?: Status; impact?: ImpactChanged; environments?: readonly Environments[]; lineage?: boolean }

export function reachedBy({ status, impact, environments, lineage }: Seen): Reached[] {
  const reached: Reached[] = [];
  if (status) reached.push('server'); // it answers
  if (status?.projects.some(({ models }) => models > 0)) reached.push('models');
  if (lineage) reached.push('lineage');
  if (impact?.models.some(({ category }) => category !== 'none')) reached.push('ripple');
  if (environments?.some((workspace) => workspace.environments.some(({ name }) => name !== PRODUCTION))) reached.push('environment');
  return reached;
}
