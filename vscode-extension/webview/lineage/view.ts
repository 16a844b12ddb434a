/** From the state to what is drawn: cards, edges, what is lit and what fades. Pure; memoised by the component. */
import { type Card, indexPorts, makeCard, type ModelEdge, modelEdges, type Port, type PortIndex, ripples, type Touch, touches, trace, type Trace } from '../../src/pure/graph';
import type { ImpactChanged, Lineage, LineageModel, RowEdge } from '../../src/protocol';
import type { State } from './state';

export interface Scene {
  cards: Map<string, Card>;
  edges: ModelEdge[];
  rowEdges: RowEdge[];
  index: PortIndex;
  readsFrom: Map<string, string[]>;
  readBy: Map<string, string[]>;
  rippling: boolean;
}

function shownModels(graph: Lineage, touched: ReadonlyMap<string, Touch>, touchedOnly: boolean): readonly LineageModel[] {
  return touchedOnly ? graph.models.filter(({ name }) => touched.has(name) || name === graph.focus?.model) : graph.models;
}

export function makeScene(graph: Lineage, impact: ImpactChanged | null, open: ReadonlySet<string>, wanted: ReadonlySet<string>, touchedOnly: boolean): Scene {
  const touched = touches(impact, graph.models);
  const models = shownModels(graph, touched, touchedOnly);
  const shown = new Set(models.map(({ name }) => name));
  const edges = modelEdges(graph, shown);
  return {
    cards: new Map(models.map((model) => [model.name, makeCard(model, touched.get(model.name), open.has(model.name), wanted)])),
    edges,
    rowEdges: graph.rowEdges.filter(({ from, to }) => shown.has(from.model) && shown.has(to)),
    index: indexPorts(graph.edges, shown),
    readsFrom: group(edges, 'target', 'source'),
    readBy: group(edges, 'source', 'target'),
    rippling: ripples(touched),
  };
}

function group(edges: readonly ModelEdge[], by: 'source' | 'target', take: 'source' | 'target'): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const edge of edges) found.set(edge[by], [...(found.get(edge[by]) ?? []), edge[take]]);
  return found;
}

/** The column whose edges show: what the pointer is on, else what is pinned. */
export function tracedPort(state: Pick<State, 'hovered' | 'pinned'>): Port | null {
  return state.hovered ?? state.pinned;
}

export function traceOf(scene: Scene, port: Port | null): Trace | null {
  return port && scene.cards.has(port.model) ? trace(scene.index, port) : null;
}

/** Whether a card stands back: it is not on the trace, or does not match the search, or the edit leaves it alone. */
export function isFaded(card: Card, scene: Scene, traced: Trace | null, search: string): boolean {
  if (search !== '') return !matches(card, search);
  if (traced) return !traced.models.has(card.model.name);
  return scene.rippling && !card.touch;
}

export function matches(card: Card, search: string): boolean {
  const wanted = search.toLowerCase();
  return card.model.name.toLowerCase().includes(wanted) || card.model.columns.some(({ name }) => name.toLowerCase().includes(wanted));
}

/** The trace in words, for a screen reader. */
export function describeTrace(port: Port, traced: Trace): string {
  const from = traced.edges.filter(({ to }) => to.model === port.model && to.column === port.column);
  const readers = new Set(traced.edges.filter((edge) => edge.from.model === port.model && edge.from.column === port.column).map(({ to }) => to.model)).size;
  const origins = [...new Set(from.map((edge) => `${edge.from.model}.${edge.from.column} (${edge.subtype.toLowerCase()})`))];
  const origin = origins.length > 0 ? `comes from ${origins.join(', ')}` : 'has no column upstream here';
  return `${port.model}.${port.column} ${origin}; read by ${readers} ${readers === 1 ? 'model' : 'models'} here.`;
}
