/** Numbers, times and verdicts as people read them. One place, so that status bar, tree and views say the same. */
import type { Category, ImpactChanged } from '../protocol';

export const CATEGORY_NAMES: Record<Category, string> = {
  none: 'no change',
  metadata: 'metadata only',
  non_breaking: 'non-breaking',
  breaking: 'breaking',
};

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

const STEPS: readonly [number, Intl.RelativeTimeFormatUnit][] = [[60, 'second'], [60, 'minute'], [24, 'hour'], [7, 'day'], [4.35, 'week'], [12, 'month'], [Infinity, 'year']];

/** `3 hours ago`; empty when the time is not known. */
export function age(iso: string | null | undefined, now: number): string {
  const time = iso ? Date.parse(iso) : Number.NaN;
  if (Number.isNaN(time)) return '';
  let amount = Math.max(0, (now - time) / 1000);
  if (amount < 45) return 'just now';
  for (const [size, unit] of STEPS) {
    if (amount < size) return new Intl.RelativeTimeFormat('en').format(-Math.round(amount), unit);
    amount /= size;
  }
  return '';
}

/** The baseline as a person names it: `prod`, `git HEAD`, `the saved files`. */
export function baseline(against: string): string {
  const [kind, ...rest] = against.split(':');
  if (kind === 'env') return rest.join(':');
  if (kind === 'git') return `git ${rest.join(':')}`;
  return against === 'saved' ? 'the saved files' : against;
}

/** `2 breaking, 1 non-breaking against prod`. */
export function impactSummary(impact: Pick<ImpactChanged, 'against' | 'breaking' | 'nonBreaking'>): string {
  const { breaking, nonBreaking } = impact;
  const parts = [breaking > 0 && `${breaking} breaking`, nonBreaking > 0 && `${nonBreaking} non-breaking`].filter(Boolean);
  return `${parts.length > 0 ? parts.join(', ') : 'no change'} against ${baseline(impact.against)}`;
}

export function seconds(value: number): string {
  if (value < 1) return `${Math.max(1, Math.round(value * 1000))} ms`;
  return value < 60 ? `${value.toFixed(1)} s` : `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}
