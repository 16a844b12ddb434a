/** Where the keyboard is in the grid: the columns' names, their filters, then the rows that show. Pure. */

export interface Place { row: number; column: number }

/** Enter sorts there. */
export const NAMES = -2;
/** Enter begins to type there. */
export const FILTERS = -1;

const between = (least: number, value: number, most: number) => Math.max(least, Math.min(value, most));

/** Where a key leads, as in a spreadsheet; undefined for a key that leads nowhere. `page`: rows that are in sight at once. */
export function moved({ row, column }: Place, key: string, control: boolean, size: { rows: number; columns: number; page: number }): Place | undefined {
  const { rows, columns, page } = size;
  const at = (toRow: number, toColumn: number): Place => ({ row: between(NAMES, toRow, rows - 1), column: between(0, toColumn, columns - 1) });
  switch (key) {
    case 'ArrowLeft':
      return at(row, control ? 0 : column - 1);
    case 'ArrowRight':
      return at(row, control ? columns : column + 1);
    case 'ArrowUp':
      return at(control ? NAMES : row - 1, column);
    case 'ArrowDown':
      return at(control ? rows : row + 1, column);
    case 'Home':
      return control ? at(NAMES, 0) : at(row, 0);
    case 'End':
      return control ? at(rows, columns) : at(row, columns);
    case 'PageUp':
      return at(row - page, column);
    case 'PageDown':
      return at(row + page, column);
    default:
      return undefined;
  }
}
