import { describe, expect, it } from 'vitest';
import { isInSight, sameSight, sightOf } from '../src/pure/sight';

const card = (x: number, y: number) => ({ x, y, width: 240, height: 200 });

describe('what is in sight', () => {
  it('holds all that the window shows and a tile around, wherever the camera is', () => {
    for (const zoom of [0.05, 0.6, 1.6]) {
      for (const [x, y] of [[0, 0], [-1000.5, 731], [255, -256]] as const) {
        const sight = sightOf([x, y, zoom], 1280, 766);
        const shown = { left: -x / zoom, top: -y / zoom, right: (1280 - x) / zoom, bottom: (766 - y) / zoom };
        expect(sight.left).toBeLessThanOrEqual(shown.left - 256 / zoom);
        expect(sight.top).toBeLessThanOrEqual(shown.top - 256 / zoom);
        expect(sight.right).toBeGreaterThanOrEqual(shown.right + 256 / zoom);
        expect(sight.bottom).toBeGreaterThanOrEqual(shown.bottom + 256 / zoom);
      }
    }
  });

  it('stays the same within a tile, and moves by whole tiles', () => {
    const at = (x: number) => sightOf([x, 0, 1], 1280, 766);
    expect(sameSight(at(-10), at(-200))).toBe(true);
    expect(sameSight(at(-10), at(-300))).toBe(false);
    expect(at(-300).left - at(-10).left).toBe(256);
    expect(sameSight(at(0), sightOf([0, 0, 0.9], 1280, 766))).toBe(false);
  });

  it('touches a card at its edges', () => {
    const sight = { left: 0, top: 0, right: 1000, bottom: 1000 };
    expect([card(-239, 0), card(999, 999), card(0, -199)].every((box) => isInSight(box, sight))).toBe(true);
    expect([card(-241, 0), card(1001, 0), card(0, -201), card(0, 1001)].some((box) => isInSight(box, sight))).toBe(false);
  });
});
