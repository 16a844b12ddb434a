/** While the camera moves: what is drawn is moved as one layer, and the ground moves with it. No component is asked. */
import type { Viewport } from '@xyflow/react';
import { type RefObject, useMemo } from 'react';

/** The distance of the ground's dots, as in lineage.css. */
const GRID = 18;
/** How long after a movement the layer stays: to make one and to give it up each draws everything once, so a pause in scrolling does neither. */
const REST_MS = 350;
const LIFTED = 'lifted';

export interface Movement { onMove(event: unknown, viewport: Viewport): void; onMoveEnd(): void }

const within = (value: number) => Math.round(((value % GRID) + GRID) % GRID);

export function useMovement(frame: RefObject<HTMLElement | null>, ground: RefObject<HTMLElement | null>): Movement {
  return useMemo(() => {
    let rest: number | undefined;
    return {
      onMove: (_event, { x, y }) => {
        window.clearTimeout(rest);
        frame.current?.classList.add(LIFTED);
        if (ground.current) ground.current.style.transform = `translate(${within(x)}px, ${within(y)}px)`;
      },
      onMoveEnd: () => {
        window.clearTimeout(rest);
        rest = window.setTimeout(() => frame.current?.classList.remove(LIFTED), REST_MS);
      },
    };
  }, [frame, ground]);
}
