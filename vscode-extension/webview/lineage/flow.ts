/** From a scene and its layout to React Flow's nodes and edges. */
import { Position } from '@xyflow/react';
import { CARD, type Card, portKey, portOffset, type Trace } from '../../src/pure/graph';
import type { LineageEdge, RowEdge } from '../../src/protocol';
import type { CardActions, CardNode } from './cards';
import type { Wire, WireData } from './edges';
import type { Box } from './layout';
import type { State } from './state';
import { isFaded, type Scene } from './view';

/** Handles are given, not measured, so that cards outside the window need not be drawn. */
const HANDLES = [
  { type: 'target' as const, position: Position.Left, x: 0, y: CARD.header / 2, width: 1, height: 1 },
  { type: 'source' as const, position: Position.Right, x: CARD.width, y: CARD.header / 2, width: 1, height: 1 },
];

export function toNodes(scene: Scene, boxes: ReadonlyMap<string, Box>, state: State, traced: Trace | null, actions: CardActions): CardNode[] {
  const nodes: CardNode[] = [];
  for (const [name, card] of scene.cards) {
    const box = boxes.get(name);
    if (!box) continue;
    nodes.push({ id: name, type: 'card', position: { x: box.x, y: box.y }, width: CARD.width, height: card.height, handles: HANDLES, data: cardData(name, card, scene, state, traced, actions) });
  }
  return nodes;
}

function cardData(name: string, card: Card, scene: Scene, state: State, traced: Trace | null, actions: CardActions): CardNode['data'] {
  return {
    card,
    actions,
    centre: state.graph?.focus?.model === name,
    faded: isFaded(card, scene, traced, state.search),
    current: state.current === name,
    pinned: state.pinned?.model === name ? state.pinned.column : null,
    lit: traced && litColumns(card, traced),
    readsFrom: scene.readsFrom.get(name)?.length ?? 0,
    readBy: scene.readBy.get(name)?.length ?? 0,
  };
}

function litColumns(card: Card, traced: Trace): ReadonlySet<string> {
  const model = card.model.name;
  return new Set(card.rows.filter(({ name }) => traced.ports.has(portKey({ model, column: name }))).map(({ name }) => name));
}

export function toWires(scene: Scene, state: State, traced: Trace | null): Wire[] {
  const wires = scene.edges.map(({ source, target }) => {
    const [from, to] = [scene.cards.get(source)!, scene.cards.get(target)!];
    const faded = traced !== null || isFaded(from, scene, null, state.search) || isFaded(to, scene, null, state.search);
    const category = scene.rippling && from.touch && to.touch ? to.touch.category : undefined;
    return wire(`m|${source}|${target}`, source, target, { from: 0, to: 0, look: 'model', lit: false, faded, category });
  });
  if (traced) wires.push(...unique(traced.edges).map((edge) => portWire(scene, edge)));
  if (state.rows) wires.push(...rowWires(scene, state));
  return wires;
}

function unique(edges: readonly LineageEdge[]): LineageEdge[] {
  return [...new Map(edges.map((edge) => [`${portKey(edge.from)}|${portKey(edge.to)}`, edge])).values()];
}

const below = (card: Card | undefined, column: string) => (card ? portOffset(card, column) - CARD.header / 2 : 0);

function portWire(scene: Scene, { from, to, type }: LineageEdge): Wire {
  const data: WireData = { from: below(scene.cards.get(from.model), from.column), to: below(scene.cards.get(to.model), to.column), look: type === 'DIRECT' ? 'column' : 'indirect', lit: true, faded: false };
  return wire(`c|${portKey(from)}|${portKey(to)}`, from.model, to.model, data);
}

/** The rows' edges of the card that the keyboard or a pin is on; of all cards, they would hide the graph. */
function rowWires(scene: Scene, state: State): Wire[] {
  const about = state.pinned?.model ?? state.current ?? state.graph?.focus?.model;
  const edges = scene.rowEdges.filter(({ to }) => to === about);
  return edges.map((edge) => rowWire(scene, edge));
}

function rowWire(scene: Scene, { from, to, subtype }: RowEdge): Wire {
  const data: WireData = { from: below(scene.cards.get(from.model), from.column), to: 0, look: 'rows', lit: true, faded: false, label: from.column === '' ? undefined : subtype.toLowerCase().replace('_', ' ') };
  return wire(`r|${portKey(from)}|${to}|${subtype}`, from.model, to, data);
}

function wire(id: string, source: string, target: string, data: WireData): Wire {
  return { id, type: 'wire', source, target, data, selectable: false, focusable: false };
}
