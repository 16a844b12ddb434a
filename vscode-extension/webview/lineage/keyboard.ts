/** Moving from card to card with the arrow keys: left to what it reads, right to its readers, up and down in its layer. */
import type { Box } from './layout';
import type { Scene } from './view';

export type Key = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

export function isArrow(key: string): key is Key {
  return key === 'ArrowLeft' || key === 'ArrowRight' || key === 'ArrowUp' || key === 'ArrowDown';
}

/** Of the candidates, the one nearest in height. */
function nearest(names: readonly string[], boxes: ReadonlyMap<string, Box>, from: Box): string | undefined {
  const distance = (name: string) => Math.abs((boxes.get(name)?.y ?? 0) - from.y);
  return [...names].sort((a, b) => distance(a) - distance(b))[0];
}

function inLayer(scene: Scene, boxes: ReadonlyMap<string, Box>, current: string, from: Box, down: boolean): string | undefined {
  const layer = [...scene.cards.keys()].filter((name) => name !== current && Math.abs((boxes.get(name)?.x ?? 0) - from.x) < 40);
  const beyond = layer.filter((name) => ((boxes.get(name)?.y ?? 0) > from.y) === down);
  return nearest(beyond, boxes, from);
}

export function step(scene: Scene, boxes: ReadonlyMap<string, Box>, current: string, key: Key): string | undefined {
  const from = boxes.get(current);
  if (!from) return [...scene.cards.keys()][0];
  if (key === 'ArrowLeft') return nearest(scene.readsFrom.get(current) ?? [], boxes, from);
  if (key === 'ArrowRight') return nearest(scene.readBy.get(current) ?? [], boxes, from);
  return inLayer(scene, boxes, current, from, key === 'ArrowDown');
}

/** The next column of a card, for Tab-less keyboards: `n` and `p` walk the ports. */
export function nextColumn(columns: readonly string[], current: string | null, forward: boolean): string | undefined {
  if (columns.length === 0) return undefined;
  const index = current === null ? -1 : columns.indexOf(current);
  const next = index < 0 ? (forward ? 0 : columns.length - 1) : (index + (forward ? 1 : -1) + columns.length) % columns.length;
  return columns[next];
}
