/** Where the graph is looked at from. Bounds come from the layout: cards outside the window are not drawn and have no size. */
import { getViewportForBounds, type ReactFlowInstance } from '@xyflow/react';
import type { Box } from './layout';

const MIN_ZOOM = 0.05;
const PADDING = 0.06;
const DURATION_MS = 180;

/** VS Code's own setting marks the page; the system's is asked for. Who wants no motion is there at once. */
export function motion(milliseconds: number): number {
  const still = document.body.classList.contains('vscode-reduce-motion') || window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  return still ? 0 : milliseconds;
}

/** A graph that would be smaller than this is not fitted on its own: the card in the centre stays readable instead. */
const LEAST_ZOOM = 0.6;

type Flow = Pick<ReactFlowInstance, 'setViewport'>;

function bounds(boxes: ReadonlyMap<string, Box>): Box {
  const all = [...boxes.values()];
  const x = Math.min(...all.map((box) => box.x));
  const y = Math.min(...all.map((box) => box.y));
  return { x, y, width: Math.max(...all.map((box) => box.x + box.width)) - x, height: Math.max(...all.map((box) => box.y + box.height)) - y };
}

export function fitAll(flow: Flow, frame: HTMLElement | null, boxes: ReadonlyMap<string, Box>): void {
  if (!frame || boxes.size === 0) return;
  void flow.setViewport(getViewportForBounds(bounds(boxes), frame.clientWidth, frame.clientHeight, MIN_ZOOM, 1, PADDING), { duration: motion(DURATION_MS) });
}

const MARGIN = 16;

/** One axis: the graph in the middle where it fits, else the wanted point in the middle, without a void at an end. */
function along(room: number, zoom: number, start: number, length: number, wanted: number): number {
  if (length * zoom <= room - 2 * MARGIN) return room / 2 - (start + length / 2) * zoom;
  const middle = room / 2 - wanted * zoom;
  return Math.min(MARGIN - start * zoom, Math.max(room - MARGIN - (start + length) * zoom, middle));
}

/** All of it where that can be read, else the card in the centre with what is around it. */
export function focusOn(flow: Flow, frame: HTMLElement | null, boxes: ReadonlyMap<string, Box>, centre: Box | undefined): void {
  if (!frame || boxes.size === 0) return;
  const whole = getViewportForBounds(bounds(boxes), frame.clientWidth, frame.clientHeight, MIN_ZOOM, 1, PADDING);
  if (whole.zoom >= LEAST_ZOOM || !centre) return void flow.setViewport(whole, { duration: motion(DURATION_MS) });
  const zoom = LEAST_ZOOM;
  const all = bounds(boxes);
  const x = along(frame.clientWidth, zoom, all.x, all.width, centre.x + centre.width / 2);
  const y = along(frame.clientHeight, zoom, all.y, all.height, centre.y + Math.min(centre.height, frame.clientHeight / zoom) / 2);
  void flow.setViewport({ x, y, zoom }, { duration: motion(DURATION_MS) });
}
