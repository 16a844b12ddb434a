/**
 * The cards that are in sight, with some room around. What is in sight is looked up anew only when the camera has moved by a tile or
 * come nearer, so that most frames of a movement draw nothing: they move what is drawn.
 */
import { useStore } from '@xyflow/react';
import { useMemo } from 'react';
import { CARD } from '../../src/pure/graph';
import { CardView, distanceAt, type PlacedCard } from './cards';

const TILE = 256;

interface Sight { left: number; top: number; right: number; bottom: number }
type Transform = readonly [x: number, y: number, zoom: number];

/** The part of the plane that a window shows, in whole tiles and with one more on each side. */
export function sightOf([x, y, zoom]: Transform, width: number, height: number): Sight {
  const [column, row] = [Math.floor(-x / TILE) - 1, Math.floor(-y / TILE) - 1];
  const at = (tiles: number) => (tiles * TILE) / zoom;
  return { left: at(column), top: at(row), right: at(column + Math.ceil(width / TILE) + 3), bottom: at(row + Math.ceil(height / TILE) + 3) };
}

export function isInSight(placed: PlacedCard, sight: Sight): boolean {
  const { x, y } = placed;
  return x < sight.right && x + CARD.width > sight.left && y < sight.bottom && y + placed.data.card.height > sight.top;
}

const sameSight = (before: Sight, now: Sight) => before.left === now.left && before.top === now.top && before.right === now.right && before.bottom === now.bottom;

export function CardsInSight({ cards }: { cards: readonly PlacedCard[] }) {
  const sight = useStore((store) => sightOf(store.transform, store.width, store.height), sameSight);
  const distance = useStore((store) => distanceAt(store.transform[2]));
  const shown = useMemo(() => cards.filter((placed) => isInSight(placed, sight) || placed.data.current), [cards, sight]);
  return shown.map((placed) => <CardView key={placed.id} placed={placed} distance={distance} />);
}
