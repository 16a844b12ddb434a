import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CRASH_LIMIT, CRASH_WINDOW_MS, CrashLog, wordsOf } from '../src/pure/crashes';
import { environmentDescription, inOrder, nameFromBranch, nameProblem } from '../src/pure/environments';
import { asTable, compareCells, passes, visibleRows } from '../src/pure/grid';
import { costSentence, inPlanOrder, planSummary, samePlan } from '../src/pure/plan';
import { placeOf } from '../src/pure/said';
import { serverSettings } from '../src/pure/settings';
import { statusFace } from '../src/pure/status';
import { reachedBy } from '../src/pure/walkthrough';
import { age, baseline, seconds } from '../src/pure/words';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

describe('crashes', () => {
  it('are forgiven until they come too fast', () => {
    const log = new CrashLog();
    for (let crash = 1; crash < CRASH_LIMIT; crash += 1) expect(log.mayRestart(crash)).toBe(true);
    expect(log.mayRestart(CRASH_LIMIT)).toBe(false);
  });
  it('are forgotten with time', () => {
    const log = new CrashLog();
    for (let crash = 0; crash < 20; crash += 1) expect(log.mayRestart(crash * CRASH_WINDOW_MS)).toBe(true);
  });
});

describe('last words', () => {
  it.each([
    ['cannot start: the disk is full', 'cannot start: the disk is full'],
    ['2026-11-28 10:58:08,556 WARNING lsp_server.server.dispatch: didChange of a document that is not open: file:///w/a.sql', undefined],
    ['2026-11-28 10:58:08,556 ERROR lsp_server.server: no space left', 'no space left'],
  ])('of %s', (line, words) => expect(wordsOf(line)).toBe(words));
});

describe('environment names', () => {
  it.each(['', 'Dev', '1dev', 'dev-x', 'dev.x', 'a__b', 'x'.repeat(61), 'taken', '"; drop'])('refuses %s', (name) => {
    expect(nameProblem(name, ['taken'])).toBeTypeOf('string');
  });
  it.each(['dev', 'dev_pricing2'])('takes %s', (name) => expect(nameProblem(name, [])).toBeUndefined());
  it.each([['feature/New-Pricing', 'feature_new_pricing'], ['main', 'dev'], ['123', 'dev'], [undefined, 'dev'], ['x__y', 'x_y'], ['日本', 'dev']])('%s becomes %s', (branch, name) => {
    expect(nameFromBranch(branch)).toBe(name);
    expect(nameProblem(name, [])).toBeUndefined();
  });
  it('puts prod first, then the newest', () => {
    const named = (name: string, updated: string) => ({ name, etag: '', updated });
    expect(inOrder([named('a', '2026-01-01'), named('b', '2026-01-02'), named('prod', '2020-01-01')]).map(({ name }) => name)).toEqual(['prod', 'b', 'a']);
  });
  it('says what differs', () => {
    expect(environmentDescription({ name: 'dev', etag: '', differs: ['x'], state: 'behind' }, 0)).toBe('1 differs from prod · behind');
    expect(environmentDescription({ name: 'prod', etag: '', models: 30 }, 0)).toBe('30 models');
  });
});

describe('the grid', () => {
  const rows = [[10, 'b'], [9, null], ['100', 'a'], [null, 'c']];
  it('sorts numbers as numbers and puts nulls last either way', () => {
    expect(visibleRows(rows, ['BIGINT', 'VARCHAR'], new Map(), { column: 0, down: false })).toEqual([1, 0, 2, 3]);
    expect(visibleRows(rows, ['BIGINT', 'VARCHAR'], new Map(), { column: 0, down: true })).toEqual([2, 0, 1, 3]);
    expect(compareCells('10', '9', false)).toBeLessThan(0);
  });
  it.each([['null', [1]], ['!null', [0, 2, 3]], ['A', [2]], ['=b', [0]]])('filters by %s', (filter, expected) => {
    expect(visibleRows(rows, ['BIGINT', 'VARCHAR'], new Map([[1, filter]]), null)).toEqual(expected);
  });
  it('compares by the column’s type', () => {
    expect(passes(9, '> 10', true)).toBe(false);
    expect(passes('9', '> 10', false)).toBe(true);
  });
  it('copies a table that a spreadsheet takes', () => {
    expect(asTable([{ name: 'a\tb' }, { name: 'c' }], [['x\ny', null]])).toBe('a b\tc\nx y\t');
  });
});

describe('a plan', () => {
  const step = (model: string, action: string) => ({ model, action, reason: '' });
  it('has first what costs something', () => {
    expect(inPlanOrder([step('a', 'reuse'), step('b', 'rebuild'), step('c', 'view')]).map(({ model }) => model)).toEqual(['b', 'c', 'a']);
  });
  it('is one line', () => {
    expect(planSummary([step('a', 'reuse'), step('b', 'rebuild'), step('c', 'rebuild')])).toBe('2 to build, 1 reused');
    expect(planSummary([])).toBe('nothing to do');
    expect(costSentence([step('a', 'reuse')])).toBe('Nothing is computed.');
  });
  it('is another one where it does something else or starts from another state', () => {
    const plan = (etag: string, ...steps: ReturnType<typeof step>[]) => ({ workspace: 'w', environment: 'dev', etag, steps });
    const shown = plan('1', step('a', 'build'), step('b', 'reuse'));
    expect(samePlan(shown, plan('1', { ...step('a', 'build'), reason: 'said otherwise' }, step('b', 'reuse')))).toBe(true);
    for (const other of [plan('2', ...shown.steps), plan('1', step('a', 'build')), plan('1', step('a', 'build'), step('b', 'build')), { ...shown, refused: ['no'] }]) expect(samePlan(shown, other)).toBe(false);
  });
});

describe('words', () => {
  it('tell the age', () => {
    expect(age('2026-01-01T00:00:00Z', Date.parse('2026-01-01T03:00:00Z'))).toBe('3 hours ago');
    expect(age('', 0)).toBe('');
    expect(age('nonsense', 0)).toBe('');
  });
  it('name the baseline', () => expect([baseline('env:prod'), baseline('git:HEAD'), baseline('saved')]).toEqual(['prod', 'git HEAD', 'the saved files']));
  it('tell seconds', () => expect([seconds(0.0004), seconds(2.34), seconds(61)]).toEqual(['1 ms', '2.3 s', '1 min 1 s']));
});

describe('the status bar', () => {
  it('shows the verdict, and says when nothing may run', () => {
    const status = { version: '1', ready: true, projects: [{ root: 'w', models: 30, problems: 0 }], documents: [] };
    const impact = { workspace: 'w', against: 'env:prod', breaking: 2, nonBreaking: 1, rebuild: 3, reuse: 27, models: [] };
    expect(statusFace('ready', false, status, impact)).toMatchObject({ text: '$(flame) 2 breaking, 1 non-breaking against prod $(shield)' });
    expect(statusFace('ready', true, { ...status, ready: false }, undefined).spoken).toBe('reading the workspace');
    for (const projects of [[], [{ root: 'file:///notes', models: 0, problems: 0 }]]) {
      expect(statusFace('ready', true, { ...status, projects }, undefined).spoken).toBe('no models here');
    }
    expect(statusFace('ready', true, { ...status, ready: false, projects: [] }, impact).text).toBe('$(loading~spin) Headwater');
    expect(statusFace('failed', true, undefined, undefined).warning).toBe('error');
  });
});

describe('settings', () => {
  it('are the server’s, and whether SQL may run', () => {
    expect(serverSettings({ server: {}, lineage: {}, debounceMs: 5, trusted: true, has: () => true }, false)).toEqual({ debounceMs: 5, trusted: false });
  });
});

describe('the manifest', () => {
  const commands: string[] = manifest.contributes.commands.map(({ command }: { command: string }) => command);
  it('registers every command that it names', () => {
    const source = readFileSync(new URL('../src/commands.ts', import.meta.url), 'utf8');
    for (const command of commands) expect(source).toMatch(new RegExp(`\\b${command.replace('headwater.', '')}:`));
  });
  it('shows no command in a menu that it does not have', () => {
    const shown = Object.values(manifest.contributes.menus as Record<string, { command: string }[]>).flat().map(({ command }) => command);
    for (const command of shown) expect(commands).toContain(command);
  });
  it('has only commands in links that it has or VS Code has', () => {
    const text = JSON.stringify(manifest.contributes.viewsWelcome) + JSON.stringify(manifest.contributes.walkthroughs);
    for (const [, command] of text.matchAll(/command:(headwater\.\w+)/g)) expect(commands).toContain(command);
  });
});

describe('snippets', () => {
  const snippets = JSON.parse(readFileSync(new URL('../snippets/models.json', import.meta.url), 'utf8')) as Record<string, { prefix: string[]; body: string[] }>;
  it.each(Object.entries(snippets))('%s ends where one goes on typing', (_, { body }) => {
    const text = body.join('\n');
    expect(text).toContain('$0');
    const opened = text.replace(/\$\{\d+\|[^}]*\|\}|\\\$/g, '').match(/\$\{/g)?.length ?? 0;
    expect(text.replace(/\$\{\d+\|[^}]*\|\}/g, '').match(/\}/g)?.length ?? 0).toBe(opened);
  });
});

describe('the lockfile', () => {
  it.each(['../package-lock.json', '../../tests/editors/vscode/package-lock.json'])('%s names no host', (file) => {
    expect(readFileSync(new URL(file, import.meta.url), 'utf8')).not.toMatch(/"resolved": "http/);
  });
});

describe('the walkthrough', () => {
  const status = (models: number) => ({ version: '1', ready: true, documents: [], projects: [{ root: 'file:///w', models, problems: 0 }] });
  const impact = (category: 'none' | 'breaking') => ({ workspace: '', against: '', breaking: 0, nonBreaking: 0, rebuild: 0, reuse: 0, models: [{ name: 'a.b', category, change: 'modified' as const, rows: 'same' as const, build: null, added: [], changed: [], removed: [] }] });
  const environments = (...names: string[]) => [{ workspace: '', environments: names.map((name) => ({ name, etag: '' })) }];
  it('ticks off what was seen, and only that', () => {
    expect(reachedBy({ status: status(0) })).toEqual(['server']);
    expect(reachedBy({ status: status(30) })).toEqual(['server', 'models']);
    expect(reachedBy({ lineage: true })).toEqual(['lineage']);
    expect(reachedBy({ impact: impact('none') })).toEqual([]);
    expect(reachedBy({ impact: impact('breaking') })).toEqual(['ripple']);
    expect(reachedBy({ environments: environments('prod') })).toEqual([]);
    expect(reachedBy({ environments: environments('prod', 'dev') })).toEqual(['environment']);
  });
  it('ends each step with something that is told', () => {
    const events = manifest.contributes.walkthroughs.flatMap(({ steps }: { steps: { completionEvents: string[] }[] }) => steps.flatMap(({ completionEvents }) => completionEvents));
    expect(events).toEqual(['server', 'models', 'lineage', 'ripple', 'environment'].map((step) => `onContext:headwater.reached.${step}`));
  });
});

describe('what the server says', () => {
  it.each([
    ['Create dev: 0 tables computed, 30 reused.', true, 'status'],
    ['Build dev: 3 tables computed, 27 reused.', true, 'view'],
    ['Build dev: marts.x failed', false, 'view'],
    ['Build dev2: marts.x failed', false, 'toast'],
    ['2 of 3 unit tests passed', false, 'toast'],
    ['marts.x: breaking\nrows changed', true, 'toast'],
    ['x'.repeat(200), true, 'toast'],
  ])('%s', (message, isNews, place) => expect(placeOf(message, isNews, ['Build dev'])).toBe(place));
});

describe('numbers that are none', () => {
  it('sort last, and leave the others in order', () => {
    const rows = [['nan'], [3], ['inf'], [1], ['nan'], [2]].map(([value]) => [value === 'inf' ? 'Infinity' : value]);
    expect(visibleRows(rows, ['DOUBLE'], new Map(), { column: 0, down: false })).toEqual([3, 5, 1, 2, 0, 4]);
  });
});
