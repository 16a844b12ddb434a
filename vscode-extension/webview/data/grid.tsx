/** A grid that draws only the rows in sight: ten thousand scroll as ten do. */
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { cellText, columnWidth, isNumeric, type Order, visibleRows } from '../../src/pure/grid';
import type { Cell, Data } from '../../src/protocol';

const ROW = 24;
const SPARE = 12;

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

function Head({ result, order, sort, filters, filter }: HeadProps) {
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
}

/** `tell`: how many rows pass the filters. */
export function Grid({ result, tell }: { result: Data; tell(shown: number): void }) {
  const [order, setOrder] = useState<Order>(null);
  const [filters, setFilters] = useState<ReadonlyMap<number, string>>(new Map());
  const [top, setTop] = useState(0);
  const frame = useRef<HTMLDivElement>(null);
  const types = useMemo(() => result.columns.map(({ type }) => type), [result]);
  const shown = useMemo(() => visibleRows(result.rows, types, filters, order), [result, types, filters, order]);
  useLayoutEffect(() => tell(shown.length), [shown, tell]);
  const widths = useMemo(() => result.columns.map(({ name, type }, column) => columnWidth(name, type, result.rows.map((row) => row[column]))), [result]);
  const height = frame.current?.clientHeight ?? 600;
  const first = Math.max(0, Math.floor(top / ROW) - SPARE);
  const last = Math.min(shown.length, Math.ceil((top + height) / ROW) + SPARE);
  const template = `48px ${widths.map((width) => `${Math.round(width)}px`).join(' ')}`;
  return (
    <div className="grid scroll" role="table" aria-rowcount={shown.length} aria-colcount={result.columns.length} ref={frame} tabIndex={0} onScroll={(event) => setTop(event.currentTarget.scrollTop)} style={{ ['--columns' as string]: template }}>
      <Head result={result} order={order} sort={(column) => setOrder(next(order, column))} filters={filters} filter={(column, text) => setFilters(new Map(filters).set(column, text))} />
      <div className="grid-body" role="rowgroup" style={{ height: shown.length * ROW }}>
        {shown.slice(first, last).map((row, offset) => (
          <div key={row} className="grid-row" role="row" aria-rowindex={first + offset + 1} style={{ transform: `translateY(${(first + offset) * ROW}px)` }}>
            <div className="cell index" role="rowheader">{row + 1}</div>
            {result.columns.map((_, column) => (
              <div key={column} className="cell" role="cell"><Value value={result.rows[row]?.[column]} numeric={isNumeric(types[column] ?? '')} /></div>
            ))}
          </div>
        ))}
      </div>
      {shown.length === 0 && <p className="no-rows">{result.rows.length === 0 ? 'The query returns no rows.' : 'No row passes the filters.'}</p>}
    </div>
  );
}
