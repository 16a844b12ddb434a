/** A plan as a table: what costs something first, what is reused folded away, and the button that runs it. */
import { useState } from 'react';
import type { Empty, PlanFromView, PlanToView, PlanView } from '../../src/messages';
import { costs, costSentence, inPlanOrder, planSummary } from '../../src/pure/plan';
import { CATEGORY_NAMES } from '../../src/pure/words';
import type { PlanStep } from '../../src/protocol';
import { EmptyState } from '../shared/empty';
import { post, useMessages } from '../shared/host';
import { Icon } from '../shared/icons';

type Stage = { kind: 'open' } | { kind: 'running'; message: string; percentage?: number } | { kind: 'done' | 'cancelled'; message: string };

function Step({ step }: { step: PlanStep }) {
  return (
    <tr data-model={step.model} data-action={step.action}>
      <td><span className={`action ${costs(step.action) ? 'costs' : 'free'}`}>{step.action}</span></td>
      <td className="model"><button className="link" title={step.model} onClick={() => post<PlanFromView>({ kind: 'open', model: step.model })}>{step.model}</button></td>
      <td>{step.category && <span className={`pill ${step.category}`}>{CATEGORY_NAMES[step.category]}</span>}</td>
      <td className="reason">{step.reason}</td>
    </tr>
  );
}

function Steps({ steps }: { steps: readonly PlanStep[] }) {
  return (
    <table>
      <thead>
        <tr><th scope="col">Action</th><th scope="col">Model</th><th scope="col">Change</th><th scope="col">Reason</th></tr>
      </thead>
      <tbody>{steps.map((step, index) => <Step key={`${step.model}/${step.action}/${index}`} step={step} />)}</tbody>
    </table>
  );
}

function Head({ view, stage }: { view: PlanView; stage: Stage }) {
  const { plan, title, verb, cannot } = view;
  const nothing = plan.steps.length === 0;
  return (
    <header className="plan-head">
      <div>
        <h1>{title}</h1>
        <p className="summary">{planSummary(plan.steps)}. <strong>{costSentence(plan.steps)}</strong></p>
      </div>
      <span className="buttons">
        <button className="tool" title="Work the plan out anew" aria-label="Refresh" onClick={() => post<PlanFromView>({ kind: 'refresh' })}><Icon name="refresh" /></button>
        {stage.kind !== 'done' && (
          <button className="primary" disabled={cannot.length > 0 || nothing || stage.kind === 'running'} onClick={() => post<PlanFromView>({ kind: 'run' })}>{verb}</button>
        )}
      </span>
    </header>
  );
}

function Running({ message, percentage }: { message: string; percentage?: number }) {
  return (
    <div className="notice running">
      {percentage === undefined ? <span className="busy" aria-hidden="true" /> : <progress max={100} value={percentage} aria-label="Progress" />}
      <span className="what" role="status">{message}</span>
      <button className="secondary" onClick={() => post<PlanFromView>({ kind: 'cancel' })}>Cancel</button>
    </div>
  );
}

function Notice({ view, stage }: { view: PlanView; stage: Stage }) {
  if (stage.kind === 'running') return <Running {...stage} />;
  if (stage.kind !== 'open') return <div className={`notice ${stage.kind}`} role="status">{stage.message}</div>;
  if (view.cannot.length === 0) return view.note ? <div className="notice changed" role="status">{view.note}</div> : null;
  return (
    <div className="notice refused" role="alert">
      <strong>This cannot run.</strong>
      <ul>{view.cannot.map((reason) => <li key={reason}>{reason}</li>)}</ul>
    </div>
  );
}

function Plan({ view, stage }: { view: PlanView; stage: Stage }) {
  const steps = inPlanOrder(view.plan.steps);
  const quiet = steps.filter(({ action }) => action === 'reuse' || action === 'keep' || action === 'none');
  const busy = steps.filter((step) => !quiet.includes(step));
  return (
    <main className="plan scroll" data-stage={stage.kind}>
      <Head view={view} stage={stage} />
      <Notice view={view} stage={stage} />
      {steps.length === 0 && <p className="nothing">{view.plan.environment} is what the files say already.</p>}
      {busy.length > 0 && <Steps steps={busy} />}
      {quiet.length > 0 && (
        <details open={busy.length === 0}>
          <summary>{quiet.length} reused or unchanged: nothing is computed for them</summary>
          <Steps steps={quiet} />
        </details>
      )}
    </main>
  );
}

export function App() {
  const [empty, setEmpty] = useState<Empty | null>({ state: 'loading', message: 'Working the plan out…' });
  const [view, setView] = useState<PlanView | null>(null);
  const [stage, setStage] = useState<Stage>({ kind: 'open' });
  useMessages<PlanToView>((message) => {
    if (message.kind === 'empty') return setEmpty(message.empty);
    setEmpty(null);
    if (message.kind === 'plan') {
      setView(message.plan);
      setStage({ kind: 'open' });
    } else setStage(message);
  });
  if (empty || !view) return <EmptyState empty={empty ?? { state: 'loading', message: 'Working the plan out…' }} />;
  return <Plan view={view} stage={stage} />;
}
