/** The lineage graph as the panel needs it: edges between models and columns, traces, and which rows of a card show. */
import type { Category, ColumnEnd, ImpactChanged, Lineage, LineageEdge, LineageModel, TouchedModel } from '../protocol';

export type Port = ColumnEnd;
export interface ModelEdge { source: string; target: string }

export const portKey = ({ model, column }: Port): string => `${model}\u0000${column}`;

/** Edges between the models that are shown, each once, sorted so that the layout does not depend on who came first. */
export function modelEdges(graph: Pick<Lineage, 'edges' | 'rowEdges'>, shown: ReadonlySet<string>): ModelEdge[] {
  const seen = new Map<string, ModelEdge>();
  const note = (source: string, target: string) => {
    if (source !== target && shown.has(source) && shown.has(target)) seen.set(`${source}\u0000${target}`, { source, target });
  };
  for (const { from, to } of graph.edges) note(from.model, to.model);
  for (const { from, to } of graph.rowEdges) note(from.model, to);
  return [...seen.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge);
}

export interface PortIndex { up: Map<string, LineageEdge[]>; down: Map<string, LineageEdge[]> }

/** Column edges both ways. Built once a graph; traces then cost what they touch. */
export function indexPorts(edges: readonly LineageEdge[], shown: ReadonlySet<string>): PortIndex {
  const index: PortIndex = { up: new Map(), down: new Map() };
  for (const edge of edges) {
    if (!shown.has(edge.from.model) || !shown.has(edge.to.model)) continue;
    push(index.up, portKey(edge.to), edge);
    push(index.down, portKey(edge.from), edge);
  }
  return index;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

export interface Trace { ports: Set<string>; models: Set<string>; edges: LineageEdge[] }

/** Everything a column comes from and everything that reads it, through the models that are shown. */
export function trace(index: PortIndex, from: Port): Trace {
  const found: Trace = { ports: new Set([portKey(from)]), models: new Set([from.model]), edges: [] };
  walk(index.up, from, (edge) => edge.from, found);
  walk(index.down, from, (edge) => edge.to, found);
  return found;
}

function walk(edges: Map<string, LineageEdge[]>, from: Port, next: (edge: LineageEdge) => Port, found: Trace): void {
  const waiting = [from];
  const visited = new Set([portKey(from)]);
  for (let port = waiting.pop(); port; port = waiting.pop()) {
    for (const edge of edges.get(portKey(port)) ?? []) {
      found.edges.push(edge);
      const other = next(edge);
      found.ports.add(portKey(other));
      found.models.add(other.model);
      if (!visited.has(portKey(other))) {
        visited.add(portKey(other));
        waiting.push(other);
      }
    }
  }
}

// ---- the ripple -------------------------------------------------------------------------------------------------------

/** What an edit does to one model, from whichever message said it last. */
export type Touch = Pick<TouchedModel, 'category' | 'change' | 'rows' | 'added' | 'changed' | 'removed'> & { reasons: string[] };

/** The last notification if there was one, else what the graph itself came with. */
export function touches(impact: ImpactChanged | null, models: readonly LineageModel[]): Map<string, Touch> {
  if (impact) return new Map(impact.models.map((model) => [model.name, { ...model, reasons: model.reasons ?? [] }]));
  return new Map(models.flatMap((model) => {
    const touch = touchOf(model);
    return touch ? [[model.name, touch]] : [];
  }));
}

function touchOf(model: LineageModel): Touch | undefined {
  if (!model.category) return undefined;
  const named = (change: string) => model.columns.filter((column) => column.change === change).map(({ name }) => name);
  return {
    category: model.category,
    change: model.change || 'upstream',
    rows: model.rows === 'changed' ? 'changed' : 'same',
    added: named('added'),
    changed: [...named('changed'), ...named('touched')],
    removed: model.removed ?? [],
    reasons: [],
  };
}

const RANK: Record<Category, number> = { none: 0, metadata: 1, non_breaking: 2, breaking: 3 };

/** Whether an edit ripples at all: a change of nothing or of metadata lights up its own card only. */
export function ripples(touched: ReadonlyMap<string, Touch>): boolean {
  return [...touched.values()].some(({ category }) => RANK[category] >= RANK.non_breaking);
}

// ---- cards ------------------------------------------------------------------------------------------------------------

export const CARD = { width: 240, header: 44, row: 22, padding: 6, foot: 24 } as const;
export const FOLDED_ROWS = 7;
/** Of the columns that an edit touches, so many are kept in a folded card: a new model's three hundred would fill the panel. */
export const FOLDED_MARKS = 12;

export type Mark = 'added' | 'changed' | 'removed';
export interface CardRow { name: string; type: string; mark?: Mark; description?: string }
export interface Card {
  model: LineageModel;
  rows: CardRow[];
  /** Rows that are folded away. */
  hidden: number;
  /** All rows are shown, and some could be folded. */
  unfolded: boolean;
  height: number;
  /** Undefined: the edit does not touch it. */
  touch?: Touch;
}

/** A card's rows: all columns, with what the edit did to them; columns that are gone stand at the end. */
function allRows(model: LineageModel, touch: Touch | undefined): CardRow[] {
  const [added, changed] = [new Set(touch?.added), new Set(touch?.changed)];
  const mark = (name: string): Mark | undefined => (added.has(name) ? 'added' : changed.has(name) ? 'changed' : undefined);
  const rows: CardRow[] = model.columns.map(({ name, type, description }) => ({ name, type, description, mark: mark(name) }));
  const present = new Set(model.columns.map(({ name }) => name));
  for (const name of touch?.removed ?? []) if (!present.has(name)) rows.push({ name, type: '', mark: 'removed' });
  return rows;
}

/** Its first rows, and the rows that matter now. */
function folded(rows: readonly CardRow[], isWanted: (column: string) => boolean): CardRow[] {
  let marks = 0;
  return rows.filter((row, index) => {
    if (row.mark !== undefined) marks += 1;
    return index < FOLDED_ROWS || isWanted(row.name) || (row.mark !== undefined && marks <= FOLDED_MARKS);
  });
}

/** A card; folded where it is long. */
export function makeCard(model: LineageModel, touch: Touch | undefined, open: boolean, wanted: ReadonlySet<string>): Card {
  const rows = allRows(model, touch);
  const foldable = rows.length > FOLDED_ROWS + 1;
  const kept = open || !foldable ? rows : folded(rows, (column) => wanted.has(portKey({ model: model.name, column })));
  const hidden = rows.length - kept.length;
  const unfolded = open && foldable;
  const foot = hidden > 0 || unfolded ? CARD.foot : 0;
  return { model, rows: kept, hidden, unfolded, height: CARD.header + (kept.length > 0 ? kept.length * CARD.row + 2 * CARD.padding : 0) + foot, touch };
}

/** How far below a card's top a column's edge ends; folded columns end at the foot, rows at the header. */
export function portOffset(card: Card, column: string): number {
  if (column === '') return CARD.header / 2;
  const index = card.rows.findIndex(({ name }) => name === column);
  if (index < 0) return card.hidden > 0 ? card.height - CARD.foot / 2 : CARD.header / 2;
  return CARD.header + CARD.padding + (index + 0.5) * CARD.row;
}

/** One sentence for a screen reader. */
export function describeCard(card: Card, readsFrom: number, readBy: number): string {
  const verdict = card.touch ? `, ${card.touch.category.replace('_', '-')}` : '';
  return `${card.model.kind || 'model'} ${card.model.name}${verdict}, ${card.model.columns.length} columns, reads ${readsFrom}, read by ${readBy}`;
}
