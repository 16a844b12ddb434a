/** A grid that draws only the rows in sight: ten thousand scroll as ten do. One stop of the Tab key; arrows move inside. */
import { type KeyboardEvent, memo, type RefObject, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { DataFromView } from '../../src/messages';
import { FILTERS, moved, NAMES, type Place } from '../../src/pure/cursor';
import { cellText, columnWidth, isNumeric, type Order, visibleRows } from '../../src/pure/grid';
import type { Cell, Data } from '../../src/protocol';
import { post } from '../shared/host';
import { Detail } from './detail';

const ROW = 24;
const SPARE = 12;
/** The width of the rows' numbers, which stay in sight. */
const INDEX = 48;
/** How far beyond the window columns are drawn, so that turning the wheel shows no gap. */
const BESIDE = 400;

/** The first and one past the last of the columns that a window shows, which begins at `left`. */
function columnsIn(widths: readonly number[], left: number, width: number): [number, number] {
  let [x, first] = [INDEX, 0];
  while (first < widths.length - 1 && x + widths[first]! < left) x += widths[first++]!;
  let last = first;
  while (last < widths.length && x < left + width) x += widths[last++]!;
  return [first, last];
}

function next(order: Order, column: number): Order {
  if (order?.column !== column) return { column, down: false };
  return order.down ? null : { column, down: true };
}

function Value({ value, numeric }: { value: Cell; numeric: boolean }) {
  if (value === null || value === undefined) return <span className="null">null</span>;
  const text = cellText(value);
  return <span className={numeric ? 'number' : typeof value === 'boolean' ? 'boolean' : undefined} title={text.length > 24 ? text : undefined}>{text}</span>;
}

const idOf = ({ row, column }: Place) => `cell-${row}-${column}`;

/** `cursor`: where the keyboard is, if it is in the head. */
interface HeadProps { result: Data; order: Order; sort(column: number): void; filters: ReadonlyMap<number, string>; filter(column: number, text: string): void; cursor: Place | null }

const Head = memo(function Head({ result, order, sort, filters, filter, cursor }: HeadProps) {
  const look = (row: number, column: number) => (cursor?.row === row && cursor.column === column ? 'cell at' : 'cell');
  const sorted = (column: number) => (order?.column !== column ? 'none' : order.down ? 'descending' : 'ascending');
  return (
    <div className="grid-head" role="rowgroup">
      <div className="grid-row" role="row">
        <div className="cell index" role="columnheader" aria-label="Row" />
        {result.columns.map(({ name, type }, column) => (
          <div key={column} id={idOf({ row: NAMES, column })} className={look(NAMES, column)} role="columnheader" aria-sort={sorted(column)}>
            <button className="column" tabIndex={-1} title={`${name} ${type}\nClick to sort`} onClick={() => sort(column)}>
              <span className="column-name">{name}</span>
              <span className="arrow" aria-hidden="true">{order?.column === column ? (order.down ? '▼' : '▲') : ''}</span>
              <span className="column-type">{type.toLowerCase()}</span>
            </button>
          </div>
        ))}
      </div>
      <div className="grid-row filters" role="row">
        <div className="cell index" role="gridcell" />
        {result.columns.map(({ name }, column) => (
          <div key={column} id={idOf({ row: FILTERS, column })} className={look(FILTERS, column)} role="gridcell">
            <input className="filter" tabIndex={-1} aria-label={`Filter ${name}`} placeholder="filter" title="Text to find; or null, !text, > 5, <= 2024-01-31" value={filters.get(column) ?? ''} onChange={(event) => filter(column, event.target.value)} />
          </div>
        ))}
      </div>
    </div>
  );
});

/** How large an element is: a panel that is drawn larger shows more rows and columns. */
function useSize(of: RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 1200, height: 600 });
  useLayoutEffect(() => {
    const look = () => of.current && setSize({ width: of.current.clientWidth, height: of.current.clientHeight });
    look();
    const watch = new ResizeObserver(look);
    if (of.current) watch.observe(of.current);
    return () => watch.disconnect();
  }, [of]);
  return size;
}

/** Scrolls so that a cell is in sight; the head and the rows' numbers lie over what is under them. */
function bring(frame: HTMLElement, { row, column }: Place, widths: readonly number[]): void {
  const left = widths.slice(0, column).reduce((sum, width) => sum + width, 0);
  const right = INDEX + left + (widths[column] ?? 0);
  if (left < frame.scrollLeft) frame.scrollLeft = left;
  else if (right > frame.scrollLeft + frame.clientWidth) frame.scrollLeft = Math.min(left, right - frame.clientWidth);
  if (row < 0) return;
  const head = frame.querySelector<HTMLElement>('.grid-head')?.offsetHeight ?? 0;
  if (row * ROW < frame.scrollTop) frame.scrollTop = row * ROW;
  else if (head + (row + 1) * ROW > frame.scrollTop + frame.clientHeight) frame.scrollTop = head + (row + 1) * ROW - frame.clientHeight;
}

/** `tell`: how many rows pass the filters. */
export function Grid({ result, tell }: { result: Data; tell(shown: number): void }) {
  const [order, setOrder] = useState<Order>(null);
  const [filters, setFilters] = useState<ReadonlyMap<number, string>>(new Map());
  const [{ top, left }, setPlace] = useState({ top: 0, left: 0 });
  const [cursor, setCursor] = useState<Place | null>(null);
  const [open, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const types = useMemo(() => result.columns.map(({ type }) => type), [result]);
  const shown = useMemo(() => visibleRows(result.rows, types, filters, order), [result, types, filters, order]);
  useLayoutEffect(() => tell(shown.length), [shown, tell]);
  const widths = useMemo(() => result.columns.map(({ name, type }, column) => Math.round(columnWidth(name, type, result.rows.map((row) => row[column])))), [result]);
  const sort = useCallback((column: number) => setOrder((now) => next(now, column)), []);
  const filter = useCallback((column: number, text: string) => setFilters((now) => new Map(now).set(column, text)), []);
  const { width, height } = useSize(frame);
  const first = Math.max(0, Math.floor(top / ROW) - SPARE);
  const last = Math.min(shown.length, Math.ceil((top + height) / ROW) + SPARE);
  const [from, to] = columnsIn(widths, left - BESIDE, width + 2 * BESIDE);
  const template = `${INDEX}px ${widths.map((width) => `${width}px`).join(' ')}`;
  const at = cursor && { ...cursor, row: Math.min(cursor.row, shown.length - 1) };
  useLayoutEffect(() => {
    if (open && at && frame.current) bring(frame.current, at, widths); // the box takes room, and may lie over what it is about
  }, [open, height]);
  const textAt = (place: Place) => cellText(result.rows[shown[place.row] ?? -1]?.[place.column]);

  const act = (place: Place) => {
    if (place.row === NAMES) sort(place.column);
    else if (place.row === FILTERS) document.getElementById(idOf(place))?.querySelector('input')?.focus();
    else setOpen(true);
  };
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target instanceof HTMLInputElement) {
      if (event.key === 'Escape' || event.key === 'Enter' || event.key === 'ArrowDown') frame.current?.focus();
      return;
    }
    const control = event.ctrlKey || event.metaKey;
    const here = at ?? { row: 0, column: 0 };
    const to = at ? moved(at, event.key, control, { rows: shown.length, columns: result.columns.length, page: Math.max(1, Math.floor(height / ROW) - 4) }) : event.key.startsWith('Arrow') ? here : undefined;
    if (to) {
      setCursor(to);
      if (frame.current) bring(frame.current, to, widths);
    } else if (at && event.key === 'Enter') act(at);
    else if (at && at.row >= 0 && control && event.key === 'c' && !window.getSelection()?.toString()) post<DataFromView>({ kind: 'copy', text: textAt(at) });
    else return;
    event.preventDefault();
  };
  const close = () => {
    setOpen(false);
    frame.current?.focus();
  };

  return (
    <>
      <div className="grid scroll" role="grid" aria-label="Rows" aria-rowcount={shown.length} aria-colcount={result.columns.length + 1} aria-activedescendant={at ? idOf(at) : undefined} ref={frame} tabIndex={0} onKeyDown={press} onScroll={({ currentTarget: { scrollTop, scrollLeft } }) => setPlace({ top: scrollTop, left: scrollLeft })} style={{ ['--columns' as string]: template }}>
        <Head result={result} order={order} sort={sort} filters={filters} filter={filter} cursor={at && at.row < 0 ? at : null} />
        <div className="grid-body" role="rowgroup" style={{ height: shown.length * ROW }}>
          {shown.slice(first, last).map((row, offset) => (
            <div key={row} className="grid-row" role="row" aria-rowindex={first + offset + 1} style={{ transform: `translateY(${(first + offset) * ROW}px)` }}>
              <div className="cell index" role="rowheader">{row + 1}</div>
              {result.columns.slice(from, to).map((_, nth) => ({ row: first + offset, column: from + nth })).map((place) => (
                <div key={place.column} id={idOf(place)} className={at?.row === place.row && at.column === place.column ? 'cell at' : 'cell'} role="gridcell" aria-colindex={place.column + 2} style={{ gridColumn: place.column + 2 }} onMouseDown={() => setCursor(place)} onDoubleClick={() => setOpen(true)}>
                  <Value value={result.rows[row]?.[place.column]} numeric={isNumeric(types[place.column] ?? '')} />
                </div>
              ))}
            </div>
          ))}
        </div>
        {shown.length === 0 && <p className="no-rows">{result.rows.length === 0 ? 'The query returns no rows.' : 'No row passes the filters.'}</p>}
      </div>
      {open && at && at.row >= 0 && <Detail name={result.columns[at.column]?.name ?? ''} row={(shown[at.row] ?? 0) + 1} text={textAt(at)} close={close} />}
    </>
  );
}
