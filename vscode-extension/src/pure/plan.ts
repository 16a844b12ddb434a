/** A plan's steps counted and ordered for reading: what costs something first. */
import type { Plan, PlanStep } from '../protocol';
import { plural } from './words';

const ACTIONS: Record<string, { order: number; noun: string; costs: boolean }> = {
  rebuild: { order: 0, noun: 'to build', costs: true },
  build: { order: 0, noun: 'to build', costs: true },
  backfill: { order: 1, noun: 'to backfill', costs: true },
  extend: { order: 1, noun: 'to extend', costs: true },
  run: { order: 1, noun: 'to run', costs: true },
  seed: { order: 1, noun: 'to load', costs: true },
  audit: { order: 2, noun: 'to audit', costs: true },
  view: { order: 3, noun: 'views to define', costs: false },
  point: { order: 4, noun: 'views to move', costs: false },
  promote: { order: 4, noun: 'views to move', costs: false },
  create: { order: 4, noun: 'views to create', costs: false },
  drop: { order: 5, noun: 'to drop', costs: false },
  remove: { order: 5, noun: 'to remove', costs: false },
  reuse: { order: 6, noun: 'reused', costs: false },
  keep: { order: 7, noun: 'unchanged', costs: false },
  none: { order: 7, noun: 'unchanged', costs: false },
};

export function actionOrder(action: string): number {
  return ACTIONS[action]?.order ?? 3.5;
}

export function costs(action: string): boolean {
  return ACTIONS[action]?.costs ?? true;
}

export function inPlanOrder(steps: readonly PlanStep[]): PlanStep[] {
  return steps.map((step, index) => ({ step, index })).sort((a, b) => actionOrder(a.step.action) - actionOrder(b.step.action) || a.index - b.index).map(({ step }) => step);
}

/** `3 to build, 41 reused`. */
export function planSummary(steps: readonly PlanStep[]): string {
  const counts = new Map<string, number>();
  for (const { action } of inPlanOrder(steps)) {
    const noun = ACTIONS[action]?.noun ?? action;
    counts.set(noun, (counts.get(noun) ?? 0) + 1);
  }
  if (counts.size === 0) return 'nothing to do';
  return [...counts].map(([noun, count]) => `${count} ${count === 1 ? noun.replace(/^views/, 'view') : noun}`).join(', ');
}

/** `Nothing is computed` or `3 models are computed`. */
export function costSentence(steps: readonly PlanStep[]): string {
  const paid = steps.filter(({ action }) => costs(action)).length;
  return paid === 0 ? 'Nothing is computed.' : `${plural(paid, 'model')} ${paid === 1 ? 'is' : 'are'} computed.`;
}

/** Whether two plans do the same to the same state; why they do it may be said otherwise. */
export function samePlan(one: Plan, other: Plan): boolean {
  const key = ({ etag, steps, refused }: Plan) => JSON.stringify([etag, steps.map(({ model, action }) => [model, action]), refused ?? []]);
  return key(one) === key(other);
}
