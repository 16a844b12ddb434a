/** The grid's cells as text, its order and its filter. Pure. */
import type { Cell } from '../protocol';

export type Order = { column: number; down: boolean } | null;

/** A cell as it shows; null has a look of its own. */
export function cellText(value: Cell): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function isNumeric(type: string): boolean {
  return /^(TINYINT|SMALLINT|INT|INTEGER|BIGINT|HUGEINT|U[A-Z]*INT|UHUGEINT|FLOAT|REAL|DOUBLE|DECIMAL|NUMERIC|NUMBER)\b/i.test(type);
}

/** Numbers as numbers, also where they came as text (decimals, large integers); all else as text; nulls last either way. */
export function compareCells(left: Cell, right: Cell, numeric: boolean): number {
  if (left === null || left === undefined) return right === null || right === undefined ? 0 : 1;
  if (right === null || right === undefined) return -1;
  if (numeric) return compareNumbers(Number(left), Number(right));
  const [a, b] = [cellText(left), cellText(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What is no number comes last, as in DuckDB; with it the difference would be none, and the order any. */
function compareNumbers(left: number, right: number): number {
  if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  return left === right ? 0 : left - right; // two infinities are the same
}

/** Each filter is a text that its column must hold; `null` asks for nulls, a leading `!` negates, `<`, `>`, `=` compare. */
export function passes(value: Cell, filter: string, numeric: boolean): boolean {
  const wanted = filter.trim();
  if (wanted === '') return true;
  if (wanted.startsWith('!')) return wanted.length === 1 || !passes(value, wanted.slice(1), numeric);
  if (/^null$/i.test(wanted)) return value === null || value === undefined;
  if (value === null || value === undefined) return false;
  const compared = /^(<=|>=|<|>|=)\s*(.+)$/.exec(wanted);
  if (!compared) return cellText(value).toLowerCase().includes(wanted.toLowerCase());
  const [, sign = '=', operand = ''] = compared;
  const order = compareCells(value, operand, numeric);
  return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0, '=': order === 0 }[sign] ?? false;
}

/** The indices of the rows that show, in order. The sort is stable. */
export function visibleRows(rows: readonly Cell[][], types: readonly string[], filters: ReadonlyMap<number, string>, order: Order): number[] {
  const active = [...filters].filter(([, text]) => text.trim() !== '');
  const indices = rows.map((_, index) => index).filter((index) => active.every(([column, text]) => passes(rows[index]?.[column], text, isNumeric(types[column] ?? ''))));
  if (!order) return indices;
  const numeric = isNumeric(types[order.column] ?? '');
  const direction = order.down ? -1 : 1;
  return indices.sort((a, b) => {
    const [left, right] = [rows[a]?.[order.column], rows[b]?.[order.column]];
    const missing = Number(left === null || left === undefined) - Number(right === null || right === undefined);
    return missing || direction * compareCells(left, right, numeric) || a - b;
  });
}

/** For the clipboard: tab-separated, as spreadsheets take it. */
export function asTable(columns: readonly { name: string }[], rows: readonly (readonly Cell[])[]): string {
  const clean = (text: string) => text.replace(/[\t\r\n]+/g, ' ');
  return [columns.map(({ name }) => clean(name)), ...rows.map((row) => row.map((cell) => clean(cellText(cell))))].map((line) => line.join('\t')).join('\n');
}

/** A column's width in pixels, from its name, its type and its first cells. */
export function columnWidth(name: string, type: string, cells: readonly Cell[]): number {
  const longest = cells.slice(0, 60).reduce<number>((most, cell) => Math.max(most, cellText(cell).length), 0);
  return Math.min(360, Math.max(90, 24 + 8.5 * Math.max(name.length + 2, type.length * 0.85, longest)));
}
