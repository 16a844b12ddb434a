/** Which part of the lineage's plane a window shows. */

const TILE = 256;

export interface Sight { left: number; top: number; right: number; bottom: number }
export type Transform = readonly [x: number, y: number, zoom: number];

/** The part in whole tiles and with one more on each side: it stays the same while the camera moves within a tile. */
export function sightOf([x, y, zoom]: Transform, width: number, height: number): Sight {
  const [column, row] = [Math.floor(-x / TILE) - 1, Math.floor(-y / TILE) - 1];
  const at = (tiles: number) => (tiles * TILE) / zoom;
  return { left: at(column), top: at(row), right: at(column + Math.ceil(width / TILE) + 3), bottom: at(row + Math.ceil(height / TILE) + 3) };
}

export function isInSight(box: { x: number; y: number; width: number; height: number }, sight: Sight): boolean {
  return box.x < sight.right && box.x + box.width > sight.left && box.y < sight.bottom && box.y + box.height > sight.top;
}

export const sameSight = (before: Sight, now: Sight) => before.left === now.left && before.top === now.top && before.right === now.right && before.bottom === now.bottom;
