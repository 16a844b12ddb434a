import { describe, expect, it } from 'vitest';
import { FILTERS, moved, NAMES, type Place } from '../src/pure/cursor';

const size = { rows: 50, columns: 4, page: 10 };
const from = (row: number, column: number): Place => ({ row, column });

describe('the cursor of the grid', () => {
  it.each([
    ['ArrowDown', from(0, 1), from(1, 1)],
    ['ArrowDown', from(49, 1), from(49, 1)],
    ['ArrowUp', from(0, 1), from(FILTERS, 1)],
    ['ArrowUp', from(FILTERS, 1), from(NAMES, 1)],
    ['ArrowUp', from(NAMES, 1), from(NAMES, 1)],
    ['ArrowRight', from(3, 3), from(3, 3)],
    ['ArrowLeft', from(3, 0), from(3, 0)],
    ['PageDown', from(45, 0), from(49, 0)],
    ['PageUp', from(25, 0), from(15, 0)],
    ['Home', from(7, 2), from(7, 0)],
    ['End', from(7, 2), from(7, 3)],
  ])('%s', (key, start, goal) => expect(moved(start, key, false, size)).toEqual(goal));

  it.each([
    ['Home', from(NAMES, 0)],
    ['End', from(49, 3)],
    ['ArrowUp', from(NAMES, 2)],
    ['ArrowDown', from(49, 2)],
    ['ArrowRight', from(7, 3)],
  ])('%s with Control', (key, goal) => expect(moved(from(7, 2), key, true, size)).toEqual(goal));

  it('stays in the head where no row passes the filters', () => {
    expect(moved(from(FILTERS, 1), 'ArrowDown', false, { ...size, rows: 0 })).toEqual(from(FILTERS, 1));
    expect(moved(from(NAMES, 1), 'End', true, { ...size, rows: 0 })).toEqual(from(FILTERS, 3));
  });

  it('leaves other keys alone', () => expect(moved(from(1, 1), 'a', false, size)).toBeUndefined());
});
