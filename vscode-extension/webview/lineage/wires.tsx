/** Edges: between cards always, between columns when traced, into a card's rows on demand. All in one picture below the cards. */
import { memo, useMemo } from 'react';
import { CARD } from '../../src/pure/graph';
import { isInSight, type Sight } from '../../src/pure/sight';
import type { Box } from './layout';
import { useDistance, useSight } from './sight';

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

export interface Curve { path: string; middle: { x: number; y: number }; box: Box }

/** From the right side of one card to the left side of another. */
export function curve({ source, target, data }: Wire, boxes: ReadonlyMap<string, Box>): Curve | null {
  const [from, to] = [boxes.get(source), boxes.get(target)];
  if (!from || !to) return null;
  const [x1, y1] = [from.x + CARD.width, from.y + CARD.header / 2 + data.from];
  const [x2, y2] = [to.x, to.y + CARD.header / 2 + data.to];
  const bend = Math.max(30, Math.abs(x2 - x1) / 2);
  const box = { x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) };
  return { path: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`, middle: { x: (x1 + x2) / 2, y: (y1 + y2) / 2 }, box };
}

const lookOf = ({ look, lit, faded, category }: WireData) => ['wire', look, lit && 'lit', faded && 'faded', category].filter(Boolean).join(' ');

interface Drawn { paths: Map<string, { look: string; lines: string[] }>; labels: { id: string; text: string; x: number; y: number }[] }

const TILE = 700;

/**
 * Wires that look alike and lie together are one path, what stands back first. A browser that draws without help looks at each path in
 * every frame, so there must not be a thousand; and it draws a path as a whole for each tile that it touches, so none may be everywhere.
 */
function drawnOf(wires: readonly Wire[], boxes: ReadonlyMap<string, Box>, sight: Sight): Drawn {
  const drawn: Drawn = { paths: new Map(), labels: [] };
  for (const wire of [...wires].sort((a, b) => Number(b.data.faded) - Number(a.data.faded) || Number(a.data.lit) - Number(b.data.lit))) {
    const line = curve(wire, boxes);
    if (!line || !isInSight(line.box, sight)) continue;
    const { middle, path } = line;
    const look = lookOf(wire.data);
    const place = `${look}|${Math.floor(middle.x / TILE)}|${Math.floor(middle.y / TILE)}`;
    const there = drawn.paths.get(place);
    if (there) there.lines.push(path);
    else drawn.paths.set(place, { look, lines: [path] });
    if (wire.data.label) drawn.labels.push({ id: wire.id, text: wire.data.label, ...middle });
  }
  return drawn;
}

/** Drawn when a wire, a place or what is in sight changes, and not when the camera moves. */
export const Wires = memo(function Wires({ wires, boxes }: { wires: readonly Wire[]; boxes: ReadonlyMap<string, Box> }) {
  const sight = useSight();
  const distance = useDistance();
  const { paths, labels } = useMemo(() => drawnOf(wires, boxes, sight), [wires, boxes, sight]);
  return (
    <svg className={`wires ${distance}`} aria-hidden="true">
      {[...paths].map(([place, { look, lines }]) => <path key={place} className={look} d={lines.join('')} />)}
      {labels.map(({ id, text, x, y }) => <text key={id} className="wire-label" x={x} y={y}>{text}</text>)}
    </svg>
  );
});
