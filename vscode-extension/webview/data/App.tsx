/** The data preview: where from, how many, and the grid. */
import { useState } from 'react';
import type { DataFromView, DataToView, DataView, Empty } from '../../src/messages';
import { asTable } from '../../src/pure/grid';
import { plural, seconds } from '../../src/pure/words';
import type { Data } from '../../src/protocol';
import { EmptyState } from '../shared/empty';
import { post, useMessages } from '../shared/host';
import { Icon } from '../shared/icons';
import { Grid } from './grid';

const LIMITS = [100, 500, 1000, 5000, 10000];

function Choice({ label, name, value, options, pick }: { label: string; name: string; value: string; options: readonly string[]; pick(value: string): void }) {
  return (
    <label className="choice">
      <span className="label">{label}</span>
      <select className="field" aria-label={name} value={value} onChange={(event) => pick(event.target.value)}>
        {options.map((option) => <option key={option}>{option}</option>)}
      </select>
    </label>
  );
}

/** `first 500 rows`, `13 of 420 rows`: what the limit cut off and what the filters hide is said. */
function counted({ rows, truncated }: Data, shown: number): string {
  const all = `${truncated ? 'first ' : ''}${plural(rows.length, 'row')}`;
  return shown < rows.length ? `${shown.toLocaleString('en')} of ${truncated ? 'the ' : ''}${all}` : all;
}

function Cancel() {
  return <button className="secondary" onClick={() => post<DataFromView>({ kind: 'cancel' })}>Cancel</button>;
}

function Bar({ data, loading, shown }: { data: DataView; loading: string | null; shown: number }) {
  const title = loading ?? data.title;
  const { environment, environments, limit, result } = data;
  const names = environments.includes(environment) ? environments : [environment, ...environments];
  const limits = [...new Set([...LIMITS, limit])].sort((a, b) => a - b).map(String);
  const took = result.milliseconds ? ` in ${seconds(result.milliseconds / 1000)}` : '';
  return (
    <div className="toolbar" role="toolbar" aria-label="Data">
      <strong className="subject" title={title}>{title}</strong>
      <span className="label count" role="status" title={result.truncated ? 'The query has more rows than the limit' : undefined}>{loading !== null ? 'running…' : `${counted(result, shown)}${took}`}</span>
      <span className="space" />
      <Choice label="in" name="Environment" value={environment} options={names} pick={(name) => post<DataFromView>({ kind: 'environment', name })} />
      <Choice label="limit" name="Rows at most" value={String(limit)} options={limits} pick={(value) => post<DataFromView>({ kind: 'limit', limit: Number(value) })} />
      {loading !== null && <Cancel />}
      <button className="tool" title="Copy the rows as a table" aria-label="Copy the rows as a table" onClick={() => post<DataFromView>({ kind: 'copy', text: asTable(result.columns, result.rows) })}><Icon name="copy" /></button>
      <button className="tool" title="Run again" aria-label="Run again" onClick={() => post<DataFromView>({ kind: 'refresh' })}><Icon name="refresh" /></button>
    </div>
  );
}

export function App() {
  const [empty, setEmpty] = useState<Empty | null>(null);
  const [data, setData] = useState<DataView | null>(null);
  const [loading, setLoading] = useState<string | null>(null);
  const [shown, setShown] = useState(0);
  useMessages<DataToView>((message) => {
    setLoading(message.kind === 'loading' ? message.title : null);
    setEmpty(message.kind === 'empty' ? message.empty : null);
    if (message.kind === 'data') setData(message.data);
  });
  if (empty) return <EmptyState empty={empty} />;
  if (!data) return <EmptyState empty={{ state: 'loading', message: loading !== null ? `Running ${loading}…` : 'No data yet.' }}>{loading !== null && <Cancel />}</EmptyState>;
  return (
    <div className="data" data-rows={data.result.rows.length} data-environment={data.environment} aria-busy={loading !== null}>
      <Bar data={data} loading={loading} shown={shown} />
      <Grid key={data.title} result={data.result} tell={setShown} />
    </div>
  );
}
