/** One model in two environments: interface, rows, columns, samples. */
import { useState } from 'react';
import type { CompareFromView, CompareToView, Empty } from '../../src/messages';
import { cellText } from '../../src/pure/grid';
import type { Cell, ColumnDifference, Comparison } from '../../src/protocol';
import { EmptyState } from '../shared/empty';
import { post, useMessages } from '../shared/host';
import { Icon } from '../shared/icons';

interface View { result: Comparison; left: string; right: string }

const number = (value: number) => value.toLocaleString('en');

function Count({ label, value, tone }: { label: string; value: number; tone?: string }) {
  return (
    <div className={`count-box ${value > 0 ? (tone ?? '') : ''}`}>
      <span className="count-value">{number(value)}</span>
      <span className="label">{label}</span>
    </div>
  );
}

function Rows({ result, left, right }: View) {
  const keyed = result.key.length > 0;
  return (
    <section>
      <h2>Rows</h2>
      <div className="counts">
        <Count label={`rows in ${left}`} value={result.rowsFrom} />
        <Count label={`rows in ${right}`} value={result.rowsTo} />
        {keyed && <Count label={`only in ${left}`} value={result.onlyFrom} tone="breaking" />}
        {keyed && <Count label={`only in ${right}`} value={result.onlyTo} tone="non_breaking" />}
        {keyed && <Count label="changed" value={result.changed} tone="breaking" />}
      </div>
      {keyed && <p className="label">Rows are matched by <code>{result.key.join(', ')}</code>.</p>}
      {result.note && <p className="label">{result.note}</p>}
    </section>
  );
}

function Interface({ result, left, right }: View) {
  const [added, removed] = [result.addedColumns ?? [], result.removedColumns ?? []];
  if (added.length === 0 && removed.length === 0) return null;
  return (
    <section>
      <h2>Interface</h2>
      <ul className="interface">
        {added.map((name) => <li key={`+${name}`} className="non_breaking"><b>+</b> <code>{name}</code> <span className="label">only in {right}</span></li>)}
        {removed.map((name) => <li key={`-${name}`} className="breaking"><b>−</b> <code>{name}</code> <span className="label">only in {left}</span></li>)}
      </ul>
    </section>
  );
}

function Text({ value }: { value: Cell }) {
  return value === null || value === undefined ? <span className="null">null</span> : <>{cellText(value)}</>;
}

const longText = (value: Cell) => (cellText(value).length > 40 ? cellText(value) : undefined);

function Difference({ difference, of, view, open }: { difference: ColumnDifference; of: number; view: View; open: boolean }) {
  const share = of > 0 ? Math.min(1, difference.rows / of) : 0;
  const samples = difference.samples ?? [];
  const { key } = view.result;
  return (
    <details className="difference" data-column={difference.column} open={open}>
      <summary>
        <code>{difference.column}</code>
        <span className="bar" aria-hidden="true"><span style={{ width: `${Math.max(share * 100, difference.rows > 0 ? 1 : 0)}%` }} /></span>
        <span className="share">{number(difference.rows)} {difference.rows === 1 ? 'row differs' : 'rows differ'}</span>
      </summary>
      {samples.length === 0 ? <p className="label">No samples.</p> : (
        <div className="samples scroll" role="region" aria-label={`Samples of ${difference.column}`} tabIndex={0}><table>
          <thead><tr>{key.map((name) => <th key={name} scope="col">{name}</th>)}<th scope="col">{view.left}</th><th scope="col">{view.right}</th></tr></thead>
          <tbody>{samples.map((sample, row) => <tr key={row}>{sample.map((cell, column) => <td key={column} className={column === key.length ? 'old' : column === key.length + 1 ? 'new' : undefined} title={longText(cell)}><Text value={cell} /></td>)}</tr>)}</tbody>
        </table></div>
      )}
    </details>
  );
}

function Columns({ view }: { view: View }) {
  const { result } = view;
  const different = (result.columns ?? []).filter(({ rows }) => rows > 0).sort((a, b) => b.rows - a.rows);
  const matched = result.rowsFrom - result.onlyFrom;
  const same = result.onlyFrom === 0 && result.onlyTo === 0 && result.changed === 0 && different.length === 0;
  return (
    <section>
      <h2>Columns</h2>
      {different.length === 0 && <p className="label">{same ? 'Every value is the same.' : 'In the rows that both have, every value is the same.'}</p>}
      {different.map((difference, index) => <Difference key={difference.column} difference={difference} of={matched} view={view} open={index === 0} />)}
    </section>
  );
}

function Compare(view: View) {
  const { result, left, right } = view;
  return (
    <main className="compare scroll" data-model={result.model}>
      <header>
        <div>
          <h1><button className="link" onClick={() => post<CompareFromView>({ kind: 'open', model: result.model })}>{result.model}</button></h1>
          <p className="label">{left} <span aria-label="compared with">↔</span> {right}</p>
        </div>
        <span className="buttons">
          <button className="tool" title="Swap sides" aria-label="Swap sides" onClick={() => post<CompareFromView>({ kind: 'swap' })}><Icon name="swap" /></button>
          <button className="tool" title="Compare again" aria-label="Compare again" onClick={() => post<CompareFromView>({ kind: 'refresh' })}><Icon name="refresh" /></button>
        </span>
      </header>
      <Rows {...view} />
      <Interface {...view} />
      <Columns view={view} />
    </main>
  );
}

export function App() {
  const [empty, setEmpty] = useState<Empty | null>({ state: 'loading', message: 'Comparing…' });
  const [view, setView] = useState<View | null>(null);
  useMessages<CompareToView>((message) => {
    setEmpty(message.kind === 'empty' ? message.empty : null);
    if (message.kind === 'compare') setView(message);
  });
  if (empty || !view) return <EmptyState empty={empty ?? { state: 'loading', message: 'Comparing…' }} />;
  return <Compare {...view} />;
}
