/** What the panel shows, as one value, and how messages and clicks change it. */
import type { Empty, LineageToView } from '../../src/messages';
import type { Port } from '../../src/pure/graph';
import type { ImpactChanged, Lineage } from '../../src/protocol';

export interface State {
  empty: Empty | null;
  graph: Lineage | null;
  impact: ImpactChanged | null;
  upstream: number;
  downstream: number;
  follow: boolean;
  hovered: Port | null;
  pinned: Port | null;
  /** The card that the keyboard is on. */
  current: string | null;
  open: ReadonlySet<string>;
  rows: boolean;
  touchedOnly: boolean;
  search: string;
  exporting: boolean;
}

export const initial: State = {
  empty: { state: 'loading', message: 'Reading the lineage…' },
  graph: null,
  impact: null,
  upstream: 1,
  downstream: 2,
  follow: true,
  hovered: null,
  pinned: null,
  current: null,
  open: new Set(),
  rows: false,
  touchedOnly: false,
  search: '',
  exporting: false,
};

export type Action =
  | { kind: 'host'; message: LineageToView }
  | { kind: 'hover'; port: Port | null }
  | { kind: 'pin'; port: Port | null }
  | { kind: 'current'; model: string | null }
  | { kind: 'fold'; model: string }
  | { kind: 'set'; change: Partial<Pick<State, 'rows' | 'touchedOnly' | 'search' | 'exporting' | 'follow'>> };

export function reduce(state: State, action: Action): State {
  switch (action.kind) {
    case 'host':
      return fromHost(state, action.message);
    case 'hover':
      return { ...state, hovered: action.port };
    case 'pin':
      return { ...state, pinned: samePort(state.pinned, action.port) ? null : action.port };
    case 'current':
      return { ...state, current: action.model };
    case 'fold':
      return { ...state, open: toggled(state.open, action.model) };
    case 'set':
      return { ...state, ...action.change };
  }
}

function fromHost(state: State, message: LineageToView): State {
  switch (message.kind) {
    case 'empty':
      return { ...state, empty: message.empty, hovered: null };
    case 'impact':
      return { ...state, impact: message.impact };
    case 'export':
      return { ...state, exporting: true };
    case 'graph':
      return withGraph(state, message);
  }
}

/** A pin stays while its column is on the panel; the column under the cursor is pinned by following it. */
function withGraph(state: State, message: LineageToView & { kind: 'graph' }): State {
  const { graph, upstream, downstream, follow } = message;
  const has = (port: Port | null) => port !== null && graph.models.some((model) => model.name === port.model && model.columns.some(({ name }) => name === port.column));
  const { focus } = graph;
  const moved = focus != null && (focus.model !== state.graph?.focus?.model || focus.column !== state.graph?.focus?.column);
  const under = moved && focus.column !== '' ? { model: focus.model, column: focus.column } : null;
  const pinned = under ?? (moved && focus.model !== state.graph?.focus?.model ? null : state.pinned);
  return { ...state, empty: null, graph, upstream, downstream, follow, pinned: has(pinned) ? pinned : null, hovered: has(state.hovered) ? state.hovered : null, current: focus?.model ?? state.current };
}

export function samePort(left: Port | null, right: Port | null): boolean {
  return left?.model === right?.model && left?.column === right?.column;
}

function toggled(set: ReadonlySet<string>, value: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}
