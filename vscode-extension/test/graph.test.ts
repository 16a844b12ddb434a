import { describe, expect, it } from 'vitest';
import { CARD, indexPorts, makeCard, modelEdges, portOffset, ripples, touches, trace } from '../src/pure/graph';
import type { LineageEdge, LineageModel, TouchedModel } from '../src/protocol';

const edge = (from: string, to: string, subtype = 'IDENTITY'): LineageEdge => {
  const end = (text: string) => ({ model: text.split('.')[0]!, column: text.split('.')[1]! });
  return { from: end(from), to: end(to), type: 'DIRECT', subtype };
};
const model = (name: string, ...columns: string[]): LineageModel => ({ name, kind: 'VIEW', columns: columns.map((column) => ({ name: column, type: 'INT' })) });
const touched = (change: Partial<TouchedModel>): TouchedModel => ({ name: 'b', category: 'breaking', change: 'modified', rows: 'same', build: 'rebuild', added: [], changed: [], removed: [], ...change });
const all = new Set(['a', 'b', 'c', 'd']);

describe('edges between models', () => {
  it('come from columns and from rows, once each, in an order of their own', () => {
    const graph = { edges: [edge('b.x', 'c.x'), edge('a.x', 'b.x'), edge('a.y', 'b.y')], rowEdges: [{ from: { model: 'a', column: '' }, to: 'c', subtype: 'ROWS' }] };
    expect(modelEdges(graph, all)).toEqual([{ source: 'a', target: 'b' }, { source: 'a', target: 'c' }, { source: 'b', target: 'c' }]);
  });

  it('lead to no model that is not shown, and to none itself', () => {
    expect(modelEdges({ edges: [edge('a.x', 'z.x'), edge('a.x', 'a.y')], rowEdges: [] }, all)).toEqual([]);
  });
});

describe('a trace', () => {
  const index = indexPorts([edge('a.x', 'b.x'), edge('b.x', 'c.x'), edge('b.y', 'c.y'), edge('c.x', 'd.x')], all);

  it('goes up and down, and not sideways', () => {
    const found = trace(index, { model: 'b', column: 'x' });
    expect([...found.models].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(found.edges).toHaveLength(3);
    expect([...found.ports].some((port) => port.endsWith('y'))).toBe(false);
  });

  it('ends in a circle', () => {
    const circle = indexPorts([edge('a.x', 'b.x'), edge('b.x', 'a.x')], all);
    expect(trace(circle, { model: 'a', column: 'x' }).models).toEqual(new Set(['a', 'b']));
  });

  it('is as long as the chain, without recursion', () => {
    const names = Array.from({ length: 20_000 }, (_, step) => `m${step}`);
    const chain = indexPorts(names.slice(1).map((name, step) => edge(`${names[step]}.x`, `${name}.x`)), new Set(names));
    expect(trace(chain, { model: 'm0', column: 'x' }).models.size).toBe(20_000);
  });
});

describe('a card', () => {
  const wide = model('b', ...Array.from({ length: 30 }, (_, index) => `c${index}`));

  it('folds what does not matter, and keeps what does', () => {
    const card = makeCard(wide, touches({ workspace: '', against: 'env:prod', breaking: 1, nonBreaking: 0, rebuild: 1, reuse: 0, models: [touched({ changed: ['c25'], removed: ['gone'] })] }, [wide]).get('b'), false, new Set(['b\u0000c20']));
    expect(card.rows.map(({ name }) => name)).toEqual(['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c20', 'c25', 'gone']);
    expect(card.hidden).toBe(21);
    expect(card.rows.at(-1)).toMatchObject({ name: 'gone', mark: 'removed' });
  });

  it('shows all when it is open', () => {
    const fresh = makeCard(wide, touches({ workspace: '', against: 'env:prod', breaking: 0, nonBreaking: 1, rebuild: 1, reuse: 0, models: [touched({ category: 'non_breaking', added: wide.columns.map(({ name }) => name) })] }, [wide]).get('b'), false, new Set());
    expect(fresh.rows).toHaveLength(12); // a new model's columns are all new
    expect(makeCard(wide, undefined, true, new Set())).toMatchObject({ hidden: 0, unfolded: true });
  });

  it('has its edges where its rows are', () => {
    const card = makeCard(wide, undefined, false, new Set());
    expect(portOffset(card, 'c1') - portOffset(card, 'c0')).toBe(CARD.row);
    expect(portOffset(card, 'c29')).toBeGreaterThan(portOffset(card, 'c6'));
    expect(portOffset(card, '')).toBe(CARD.header / 2);
  });
});

describe('the ripple', () => {
  it('is the last notification, not what the graph came with', () => {
    const stale = { ...model('a', 'x'), category: 'breaking' as const };
    expect(touches({ workspace: '', against: 'env:prod', breaking: 0, nonBreaking: 0, rebuild: 0, reuse: 2, models: [] }, [stale]).size).toBe(0);
    expect(touches(null, [stale]).get('a')).toMatchObject({ category: 'breaking' });
  });

  it('is none for metadata', () => {
    expect(ripples(new Map([['a', { ...touched({ category: 'metadata' }), reasons: [] }]]))).toBe(false);
    expect(ripples(new Map([['a', { ...touched({ category: 'non_breaking' }), reasons: [] }]]))).toBe(true);
  });
});
