/** The environments tree as plain values: which rows there are and what they say. */
import type { Environment } from '../protocol';
import { age, plural } from './words';

export const PRODUCTION = 'prod';
export const NAME_RULE = /^[a-z][a-z0-9_]*$/;

/** What is wrong with a new environment's name, or undefined. */
export function nameProblem(name: string, taken: readonly string[]): string | undefined {
  if (name === '') return 'Type a name, for example dev_pricing.';
  if (!NAME_RULE.test(name)) return 'A name starts with a letter a–z and holds only a–z, 0–9 and _.';
  if (name.includes('__')) return 'Two underscores together separate schema and environment; a name may not hold them.';
  if (name.length > 60) return 'At most 60 characters.';
  return taken.includes(name) ? `The environment ${name} exists already.` : undefined;
}

/** A git branch's name as an environment's: `feature/New-Pricing` becomes `feature_new_pricing`. */
export function nameFromBranch(branch: string | undefined): string {
  const name = (branch ?? '').toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^[^a-z]+|_+$/g, '').slice(0, 60);
  return name === '' || name === 'main' || name === 'master' || name === PRODUCTION ? 'dev' : name;
}

/** `3 differ from prod · 2 hours ago`. */
export function environmentDescription(environment: Environment, now: number): string {
  const when = age(environment.updated || environment.created, now);
  const differs = environment.differs?.length ?? 0;
  const how = environment.name === PRODUCTION ? plural(environment.models ?? 0, 'model') : differs === 0 ? 'same as prod' : `${differs} ${differs === 1 ? 'differs' : 'differ'} from prod`;
  const behind = environment.state === 'behind' ? 'behind' : '';
  return [how, behind, when].filter(Boolean).join(' · ');
}

/** prod first, then the newest. */
export function inOrder(environments: readonly Environment[]): Environment[] {
  const when = (environment: Environment) => environment.updated || environment.created || '';
  return [...environments].sort((a, b) => Number(b.name === PRODUCTION) - Number(a.name === PRODUCTION) || when(b).localeCompare(when(a)) || a.name.localeCompare(b.name));
}
