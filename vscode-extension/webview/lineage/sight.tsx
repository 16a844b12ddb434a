/**
 * The cards that are in sight, with some room around. What is in sight is looked up anew only when the camera has moved by a tile or
 * come nearer, so that most frames of a movement draw nothing: they move what is drawn.
 */
import { useStore } from '@xyflow/react';
import { useMemo } from 'react';
import { CARD } from '../../src/pure/graph';
import { isInSight, sameSight, type Sight, sightOf } from '../../src/pure/sight';
import { CardView, type Distance, distanceAt, type PlacedCard } from './cards';

const boxOf = ({ x, y, data }: PlacedCard) => ({ x, y, width: CARD.width, height: data.card.height });

export function useSight(): Sight {
  return useStore((store) => sightOf(store.transform, store.width, store.height), sameSight);
}

export function useDistance(): Distance {
  return useStore((store) => distanceAt(store.transform[2]));
}

export function CardsInSight({ cards }: { cards: readonly PlacedCard[] }) {
  const sight = useSight();
  const distance = useDistance();
  const shown = useMemo(() => cards.filter((placed) => isInSight(boxOf(placed), sight) || placed.data.current), [cards, sight]);
  return shown.map((placed) => <CardView key={placed.id} placed={placed} distance={distance} />);
}
