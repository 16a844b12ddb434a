/** When a server that ends by itself is started again, and when that would only be a loop. */

export const CRASH_LIMIT = 4;
export const CRASH_WINDOW_MS = 3 * 60_000;

export class CrashLog {
  private times: number[] = [];

  /** Notes a crash; says whether to try again. */
  mayRestart(now: number): boolean {
    this.times = [...this.times.filter((time) => now - time < CRASH_WINDOW_MS), now];
    return this.times.length < CRASH_LIMIT;
  }

  get count(): number {
    return this.times.length;
  }

  forget(): void {
    this.times = [];
  }
}

/** What of a line on standard error may say why a program ended: not what it logs in passing. */
export function wordsOf(line: string): string | undefined {
  const [, level, message] = /^\d{4}-\d\d-\d\d \S+ ([A-Z]+) \S+: (.*)$/.exec(line) ?? [];
  if (level === undefined) return line;
  return level === 'ERROR' || level === 'CRITICAL' ? message : undefined;
}
