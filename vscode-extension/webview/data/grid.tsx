/** A grid that draws only the rows in sight: ten thousand scroll as ten do. */
import { memo, type RefObject, useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { cellText, columnWidth, isNumeric, type Order, visibleRows } from '../../src/pure/grid';
import type { Cell, Data } from '../../src/protocol';

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

interface HeadProps { result: Data; order: Order; sort(column: number): void; filters: ReadonlyMap<number, string>; filter(column: number, text: string): void }

const Head = memo(function Head({ result, order, sort, filters, filter }: HeadProps) {
  const sorted = (column: number) => (order?.column !== column ? 'none' : order.down ? 'descending' : 'ascending');
  return (
    <div className="grid-head" role="rowgroup">
      <div className="grid-row" role="row">
        <div className="cell index" role="columnheader" aria-label="Row" />
        {result.columns.map(({ name, type }, column) => (
          <div key={column} className="cell" role="columnheader" aria-sort={sorted(column)}>
            <button className="column" title={`${name} ${type}\nClick to sort`} onClick={() => sort(column)}>
              <span className="column-name">{name}</span>
              <span className="arrow" aria-hidden="true">{order?.column === column ? (order.down ? '▼' : '▲') : ''}</span>
              <span className="column-type">{type.toLowerCase()}</span>
            </button>
          </div>
        ))}
      </div>
      <div className="grid-row filters" role="row">
        <div className="cell index" role="cell" />
        {result.columns.map(({ name }, column) => (
          <div key={column} className="cell" role="cell">
            <input className="filter" aria-label={`Filter ${name}`} placeholder="filter" title="Text to find; or null, !text, > 5, <= 2024-01-31" value={filters.get(column) ?? ''} onChange={(event) => filter(column, event.target.value)} />
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

/** `tell`: how many rows pass the filters. */
export function Grid({ result, tell }: { result: Data; tell(shown: number): void }) {
  const [order, setOrder] = useState<Order>(null);
  const [filters, setFilters] = useState<ReadonlyMap<number, string>>(new Map());
  const [{ top, left }, setPlace] = useState({ top: 0, left: 0 });
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
  return (
    <div className="grid scroll" role="table" aria-rowcount={shown.length} aria-colcount={result.columns.length + 1} ref={frame} tabIndex={0} onScroll={({ currentTarget: { scrollTop, scrollLeft } }) => setPlace({ top: scrollTop, left: scrollLeft })} style={{ ['--columns' as string]: template }}>
      <Head result={result} order={order} sort={sort} filters={filters} filter={filter} />
      <div className="grid-body" role="rowgroup" style={{ height: shown.length * ROW }}>
        {shown.slice(first, last).map((row, offset) => (
          <div key={row} className="grid-row" role="row" aria-rowindex={first + offset + 1} style={{ transform: `translateY(${(first + offset) * ROW}px)` }}>
            <div className="cell index" role="rowheader">{row + 1}</div>
            {result.columns.slice(from, to).map((_, nth) => from + nth).map((column) => (
              <div key={column} className="cell" role="cell" aria-colindex={column + 2} style={{ gridColumn: column + 2 }}><Value value={result.rows[row]?.[column]} numeric={isNumeric(types[column] ?? '')} /></div>
            ))}
          </div>
        ))}
      </div>
      {shown.length === 0 && <p className="no-rows">{result.rows.length === 0 ? 'The query returns no rows.' : 'No row passes the filters.'}</p>}
    </div>
  );
}
