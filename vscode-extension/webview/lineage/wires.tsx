/** Edges: between cards always, between columns when traced, into a card's rows on demand. All in one picture below the cards. */
import { memo } from 'react';
import { CARD } from '../../src/pure/graph';
import type { Box } from './layout';

export interface WireData {
  /** How far below the card's header the ends lie. */
  from: number;
  to: number;
  look: 'model' | 'column' | 'indirect' | 'rows';
  lit: boolean;
  faded: boolean;
  category?: string;
  label?: string;
}
export interface Wire { id: string; source: string; target: string; data: WireData }

export interface Curve { path: string; middle: { x: number; y: number } }

/** From the right side of one card to the left side of another. */
export function curve({ source, target, data }: Wire, boxes: ReadonlyMap<string, Box>): Curve | null {
  const [from, to] = [boxes.get(source), boxes.get(target)];
  if (!from || !to) return null;
  const [x1, y1] = [from.x + CARD.width, from.y + CARD.header / 2 + data.from];
  const [x2, y2] = [to.x, to.y + CARD.header / 2 + data.to];
  const bend = Math.max(30, Math.abs(x2 - x1) / 2);
  return { path: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`, middle: { x: (x1 + x2) / 2, y: (y1 + y2) / 2 } };
}

const WireView = memo(function WireView({ wire, boxes }: { wire: Wire; boxes: ReadonlyMap<string, Box> }) {
  const drawn = curve(wire, boxes);
  if (!drawn) return null;
  const { look, lit, faded, category, label } = wire.data;
  return (
    <>
      <path className={['wire', look, lit && 'lit', faded && 'faded', category].filter(Boolean).join(' ')} d={drawn.path} />
      {label && <text className="wire-label" {...drawn.middle}>{label}</text>}
    </>
  );
});

/** Drawn when a wire or a place changes, and not when the camera moves. */
export const Wires = memo(function Wires({ wires, boxes }: { wires: readonly Wire[]; boxes: ReadonlyMap<string, Box> }) {
  return (
    <svg className="wires" aria-hidden="true">
      {wires.map((wire) => <WireView key={wire.id} wire={wire} boxes={boxes} />)}
    </svg>
  );
});
