/** The bar above the graph: verdict, search, depth, what is shown, export. */
import type { Dispatch } from 'react';
import type { LineageFromView } from '../../src/messages';
import { baseline, plural } from '../../src/pure/words';
import type { ImpactChanged } from '../../src/protocol';
import { post } from '../shared/host';
import { Icon, type IconName } from '../shared/icons';
import type { Action, State } from './state';

interface Props {
  state: State;
  dispatch: Dispatch<Action>;
  found: number | null;
  fit(): void;
  jump(): void;
}

function Toggle({ icon, label, title, on, flip }: { icon: IconName; label?: string; title: string; on: boolean; flip(): void }) {
  return (
    <button className="tool" aria-pressed={on} title={title} aria-label={title} onClick={flip}>
      <Icon name={icon} />
      {label && <span className="tool-label">{label}</span>}
    </button>
  );
}

function Depth({ direction, depth, set }: { direction: 'upstream' | 'downstream'; depth: number; set(depth: number): void }) {
  return (
    <span className="depth" role="group" aria-label={`${direction} depth`}>
      <span className="label">{direction}</span>
      <button className="tool small" disabled={depth === 0} title={`One step less ${direction}`} aria-label={`One step less ${direction}`} onClick={() => set(depth - 1)}>−</button>
      <output data-depth={direction}>{depth}</output>
      <button className="tool small" disabled={depth >= 20} title={`One step more ${direction}`} aria-label={`One step more ${direction}`} onClick={() => set(depth + 1)}>+</button>
    </span>
  );
}

export function Verdict({ impact }: { impact: ImpactChanged | null }) {
  if (!impact) return null;
  const { breaking, nonBreaking, rebuild, reuse, against, pending } = impact;
  const quiet = breaking === 0 && nonBreaking === 0;
  return (
    <span className="verdict" role="status" title={`${plural(rebuild, 'table')} to rebuild, ${reuse} reused, against ${baseline(against)}${pending ? '. A file is half-typed: this is the verdict of its last good text.' : ''}`}>
      {breaking > 0 && <span className="pill breaking">{breaking} breaking</span>}
      {nonBreaking > 0 && <span className="pill non_breaking">{nonBreaking} non-breaking</span>}
      {quiet && <span className="pill quiet">no change</span>}
      <span className="label">against {baseline(against)}{pending ? ' …' : ''}</span>
    </span>
  );
}

function Search({ state, dispatch, found, jump }: Omit<Props, 'fit'>) {
  return (
    <span className="search">
      <Icon name="search" size={12} />
      <input
        className="field"
        type="search"
        placeholder="Find model or column"
        aria-label="Find model or column"
        value={state.search}
        onChange={(event) => dispatch({ kind: 'set', change: { search: event.target.value } })}
        onKeyDown={(event) => {
          if (event.key === 'Enter') jump();
          if (event.key === 'Escape') dispatch({ kind: 'set', change: { search: '' } });
        }}
      />
      {found !== null && <span className="found" role="status">{found === 0 ? 'none' : found}</span>}
    </span>
  );
}

export function Toolbar({ state, dispatch, found, fit, jump }: Props) {
  const { upstream, downstream, follow, rows, touchedOnly } = state;
  const depth = (up: number, down: number) => post<LineageFromView>({ kind: 'depth', upstream: up, downstream: down });
  return (
    <div className="toolbar" role="toolbar" aria-label="Lineage">
      <Search state={state} dispatch={dispatch} found={found} jump={jump} />
      <Depth direction="upstream" depth={upstream} set={(value) => depth(value, downstream)} />
      <Depth direction="downstream" depth={downstream} set={(value) => depth(upstream, value)} />
      <span className="space" />
      <Verdict impact={state.impact} />
      <span className="space" />
      <Toggle icon="funnel" label="Touched" title="Show only the models that the edit touches" on={touchedOnly} flip={() => dispatch({ kind: 'set', change: { touchedOnly: !touchedOnly } })} />
      <Toggle icon="rows" label="Rows" title="Show which columns decide the rows of the model in the centre" on={rows} flip={() => dispatch({ kind: 'set', change: { rows: !rows } })} />
      <Toggle icon="follow" label="Follow" title="Follow the cursor in the editor" on={follow} flip={() => { dispatch({ kind: 'set', change: { follow: !follow } }); post<LineageFromView>({ kind: 'follow', follow: !follow }); }} />
      <Toggle icon="fit" title="Fit the graph into the panel" on={false} flip={fit} />
      <Toggle icon="export" title="Export as SVG or PNG" on={state.exporting} flip={() => dispatch({ kind: 'set', change: { exporting: !state.exporting } })} />
    </div>
  );
}
