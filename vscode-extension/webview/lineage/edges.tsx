/** Edges: between cards always, between columns when traced, into a card's rows on demand. */
import { BaseEdge, type Edge, type EdgeProps, getBezierPath } from '@xyflow/react';
import { memo } from 'react';

export interface WireData extends Record<string, unknown> {
  /** How far below the card's header the ends lie. */
  from: number;
  to: number;
  look: 'model' | 'column' | 'indirect' | 'rows';
  lit: boolean;
  faded: boolean;
  category?: string;
  label?: string;
}
export type Wire = Edge<WireData, 'wire'>;

export const WireView = memo(function WireView({ id, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data }: EdgeProps<Wire>) {
  const [path, labelX, labelY] = getBezierPath({ sourceX, sourceY: sourceY + (data?.from ?? 0), targetX, targetY: targetY + (data?.to ?? 0), sourcePosition, targetPosition });
  const classes = ['wire', data?.look, data?.lit && 'lit', data?.faded && 'faded', data?.category].filter(Boolean).join(' ');
  return <BaseEdge id={id} path={path} className={classes} interactionWidth={0} label={data?.label} labelX={labelX} labelY={labelY} labelShowBg />;
});
