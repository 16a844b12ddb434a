/** From a scene and its layout to cards at their places and the wires between them. */
import { CARD, type Card, portKey, portOffset, type Trace } from '../../src/pure/graph';
import type { LineageEdge, RowEdge } from '../../src/protocol';
import type { CardActions, CardData, PlacedCard } from './cards';
import type { Box } from './layout';
import type { State } from './state';
import { isFaded, type Scene } from './view';
import type { Wire, WireData } from './wires';

/** What was drawn last, by id: what has not changed is given again as the same object, and is then not drawn again. */
export interface Kept { cards: Map<string, PlacedCard>; wires: Map<string, Wire> }

export const keptNothing = (): Kept => ({ cards: new Map(), wires: new Map() });

function again<Item extends { id: string }>(kept: Map<string, Item>, items: readonly Item[], same: (before: Item, now: Item) => boolean): Item[] {
  const given = items.map((item) => {
    const before = kept.get(item.id);
    return before && same(before, item) ? before : item;
  });
  kept.clear();
  for (const item of given) kept.set(item.id, item);
  return given;
}

function sameCard(before: PlacedCard, now: PlacedCard): boolean {
  return before.x === now.x && before.y === now.y && sameData(before.data, now.data);
}

function sameWire(before: Wire, now: Wire): boolean {
  return before.source === now.source && before.target === now.target && sameData(before.data, now.data);
}

function sameData<Data extends object>(before: Data, now: Data): boolean {
  const names = Object.keys(now) as (keyof Data)[];
  return names.length === Object.keys(before).length && names.every((name) => sameValue(before[name], now[name]));
}

function sameValue(before: unknown, now: unknown): boolean {
  if (before instanceof Set && now instanceof Set) return before.size === now.size && [...before].every((value) => now.has(value));
  return Object.is(before, now);
}

export function keepCards(kept: Kept, cards: readonly PlacedCard[]): PlacedCard[] {
  return again(kept.cards, cards, sameCard);
}

export function keepWires(kept: Kept, wires: readonly Wire[]): Wire[] {
  return again(kept.wires, wires, sameWire);
}

export function toCards(scene: Scene, boxes: ReadonlyMap<string, Box>, state: State, traced: Trace | null, actions: CardActions): PlacedCard[] {
  const placed: PlacedCard[] = [];
  for (const [name, card] of scene.cards) {
    const box = boxes.get(name);
    if (box) placed.push({ id: name, x: box.x, y: box.y, data: cardData(name, card, scene, state, traced, actions) });
  }
  return placed;
}

function cardData(name: string, card: Card, scene: Scene, state: State, traced: Trace | null, actions: CardActions): CardData {
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
  return { id, source, target, data };
}
