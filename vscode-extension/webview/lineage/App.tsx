/** The panel: toolbar, graph, states. Layout runs when the shape changes; the ripple only recolours. */
import { ReactFlow, ReactFlowProvider, useReactFlow, ViewportPortal } from '@xyflow/react';
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import type { LineageFromView, LineageToView } from '../../src/messages';
import { CARD, portKey, type Trace } from '../../src/pure/graph';
import { EmptyState } from '../shared/empty';
import { post, useMessages } from '../shared/host';
import type { CardActions } from './cards';
import { ExportMenu } from './export';
import { keepCards, keepWires, keptNothing, toCards, toWires } from './flow';
import { fitAll, focusOn, motion } from './camera';
import { isArrow, nextColumn, step } from './keyboard';
import { type Box, place } from './layout';
import { Legend } from './legend';
import { useMovement } from './movement';
import { CardsInSight } from './sight';
import { type Action, initial, reduce, type State } from './state';
import { Toolbar } from './toolbar';
import { describeTrace, makeScene, matches, type Scene, tracedPort, traceOf } from './view';
import { Wires } from './wires';

const NO_NODES: never[] = [];
const NOTHING: ReadonlySet<string> = new Set();

function useScene(state: State): Scene | null {
  const { graph, impact, open, touchedOnly, pinned } = state;
  const wanted = useMemo(() => (pinned ? new Set([portKey(pinned)]) : NOTHING), [pinned]);
  return useMemo(() => graph && makeScene(graph, impact, open, wanted, touchedOnly), [graph, impact, open, wanted, touchedOnly]);
}

/** Where the cards are. A newer shape wins over an older layout that is still being computed. */
function useLayout(scene: Scene | null): ReadonlyMap<string, Box> | null {
  const shape = useMemo(() => scene && JSON.stringify([[...scene.cards].map(([name, { height }]) => [name, height]), scene.edges]), [scene]);
  const [boxes, setBoxes] = useState<ReadonlyMap<string, Box> | null>(null);
  useEffect(() => {
    if (!scene || shape === null) return undefined;
    let newest = true;
    void place(new Map([...scene.cards].map(([name, { height }]) => [name, height])), scene.edges).then((placed) => newest && setBoxes(placed));
    return () => {
      newest = false;
    };
    // The shape stands for the scene: a change of colour is not a change of shape.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [shape]);
  return boxes;
}

/** The camera moves when the centre does; else the card in the centre keeps its place on the screen. In a hidden panel it waits. */
function useCamera(state: State, boxes: ReadonlyMap<string, Box> | null, frame: RefObject<HTMLElement | null>): void {
  const flow = useReactFlow();
  const before = useRef<{ centre: string | undefined; box: Box | undefined; depth: string }>({ centre: undefined, box: undefined, depth: '' });
  const look = useRef<() => void>(() => undefined);
  look.current = () => {
    if (!boxes || isHidden(frame.current)) return;
    const centre = state.graph?.focus?.model;
    const box = centre === undefined ? undefined : boxes.get(centre);
    const depth = `${state.upstream}/${state.downstream}/${state.touchedOnly}`;
    const last = before.current;
    before.current = { centre, box, depth };
    if (last.centre !== centre || last.depth !== depth || !last.box || !box) return focusOn(flow, frame.current, boxes, box);
    if (last.box === box) return;
    const { x, y, zoom } = flow.getViewport();
    void flow.setViewport({ x: x - (box.x - last.box.x) * zoom, y: y - (box.y - last.box.y) * zoom, zoom });
  };
  // Only a new layout moves the camera, or the panel's coming into sight.
  useEffect(() => look.current(), [boxes]);
  useEffect(() => {
    const watch = new ResizeObserver(() => look.current());
    if (frame.current) watch.observe(frame.current);
    return () => watch.disconnect();
  }, [frame]);
}

function isHidden(frame: HTMLElement | null): boolean {
  return !frame || frame.clientWidth === 0 || frame.clientHeight === 0;
}

function useActions(dispatch: (action: Action) => void, state: State): CardActions {
  const depth = useRef({ upstream: state.upstream, downstream: state.downstream });
  depth.current = { upstream: state.upstream, downstream: state.downstream };
  return useMemo<CardActions>(
    () => ({
      hover: (port) => dispatch({ kind: 'hover', port }),
      pin: (port) => dispatch({ kind: 'pin', port }),
      open: (model, column) => post<LineageFromView>({ kind: 'open', model, column }),
      center: (model) => post<LineageFromView>({ kind: 'center', model }),
      fold: (model) => dispatch({ kind: 'fold', model }),
      focus: (model) => dispatch({ kind: 'current', model }),
      more: (direction) => post<LineageFromView>({ kind: 'depth', ...depth.current, [direction]: depth.current[direction] + 1 }),
    }),
    [dispatch],
  );
}

function Graph({ state, dispatch, scene }: { state: State; dispatch: (action: Action) => void; scene: Scene }) {
  const flow = useReactFlow();
  const boxes = useLayout(scene);
  const frame = useRef<HTMLDivElement>(null);
  const ground = useRef<HTMLDivElement>(null);
  const movement = useMovement(frame, ground);
  useCamera(state, boxes, frame);
  const actions = useActions(dispatch, state);
  const port = tracedPort(state);
  const traced = useMemo(() => traceOf(scene, port), [scene, port]);
  const kept = useRef(keptNothing()).current;
  const cards = useMemo(() => (boxes ? keepCards(kept, toCards(scene, boxes, state, traced, actions)) : []), [kept, scene, boxes, state, traced, actions]);
  const wires = useMemo(() => (boxes ? keepWires(kept, toWires(scene, state, traced)) : []), [kept, scene, boxes, state, traced]);
  const found = useMemo(() => (state.search === '' ? null : [...scene.cards.values()].filter((card) => matches(card, state.search)).map(({ model }) => model.name)), [scene, state.search]);
  const show = useCallback((name: string | undefined) => showCard(flow, boxes, name), [flow, boxes]);
  const jump = () => {
    const next = found && (found[(found.indexOf(state.current ?? '') + 1) % found.length] ?? found[0]);
    if (next) dispatch({ kind: 'current', model: next });
    show(next ?? undefined);
  };
  return (
    <div className="panel" onKeyDown={(event) => onKey(event, { state, dispatch, scene, boxes, actions, show })}>
      <Toolbar state={state} dispatch={dispatch} found={found?.length ?? null} fit={() => boxes && fitAll(flow, frame.current, boxes)} jump={jump} />
      <div className="canvas" ref={frame} role="tree" aria-label="Models" data-ready={boxes !== null} data-models={scene.cards.size}>
        <div className="ground" ref={ground} />
        <ReactFlow
          {...movement}
          nodes={NO_NODES}
          elementsSelectable={false}
          zoomOnDoubleClick={false}
          disableKeyboardA11y
          minZoom={0.05}
          maxZoom={1.6}
          panOnScroll
          zoomActivationKeyCode={['Meta', 'Control']}
          onPaneClick={() => state.pinned && dispatch({ kind: 'pin', port: null })}
          proOptions={{ hideAttribution: true }}
        >
          <ViewportPortal>
            {boxes && <Wires wires={wires} boxes={boxes} />}
            <CardsInSight cards={cards} />
          </ViewportPortal>
        </ReactFlow>
        <Legend rippling={scene.rippling} traced={traced !== null} rows={state.rows} truncated={state.graph?.truncated ?? false} />
        {state.exporting && boxes && <ExportMenu scene={scene} boxes={boxes} wires={wires} traced={traced} name={state.graph?.focus?.model ?? 'lineage'} close={() => dispatch({ kind: 'set', change: { exporting: false } })} />}
      </div>
      <Spoken state={state} traced={traced} />
    </div>
  );
}

function Spoken({ state, traced }: { state: State; traced: Trace | null }) {
  const port = state.pinned ?? state.hovered;
  return <div className="hidden-text" aria-live="polite">{port && traced ? describeTrace(port, traced) : ''}</div>;
}

function showCard(flow: ReturnType<typeof useReactFlow>, boxes: ReadonlyMap<string, Box> | null, name: string | undefined): void {
  const box = name === undefined ? undefined : boxes?.get(name);
  if (!box) return;
  void flow.setCenter(box.x + CARD.width / 2, box.y + Math.min(box.height, 200) / 2, { zoom: Math.max(0.7, flow.getZoom()), duration: motion(150) });
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`.card[data-model="${CSS.escape(name ?? '')}"]`)?.focus({ preventScroll: true }));
}

interface KeyScope { state: State; dispatch: (action: Action) => void; scene: Scene; boxes: ReadonlyMap<string, Box> | null; actions: CardActions; show(name: string | undefined): void }

/** Keys on a card: arrows move, Enter opens the code, Space centres, N and P walk its columns, Escape lets go. */
function onKey(event: KeyboardEvent, { state, dispatch, scene, boxes, actions, show }: KeyScope): void {
  if (!(event.target instanceof HTMLElement) || !event.target.closest('.card') || !boxes || !state.current) return;
  const { current } = state;
  const pinned = state.pinned?.model === current ? state.pinned.column : null;
  if (isArrow(event.key)) {
    const next = step(scene, boxes, current, event.key);
    if (next) {
      dispatch({ kind: 'current', model: next });
      show(next);
    }
  } else if (event.key === 'Enter') actions.open(current, pinned ?? undefined);
  else if (event.key === ' ') actions.center(current);
  else if (event.key === 'n' || event.key === 'p') {
    const column = nextColumn(scene.cards.get(current)?.rows.map(({ name }) => name) ?? [], pinned, event.key === 'n');
    if (column && column !== pinned) actions.pin({ model: current, column });
  } else if (event.key === 'Escape' && state.pinned) dispatch({ kind: 'pin', port: null });
  else return;
  event.preventDefault();
}

export function App() {
  const [state, dispatch] = useReducer(reduce, initial);
  useMessages<LineageToView>((message) => dispatch({ kind: 'host', message }));
  const scene = useScene(state);
  if (state.empty || !scene) return <EmptyState empty={state.empty ?? { state: 'loading', message: 'Reading the lineage…' }} />;
  return (
    <ReactFlowProvider>
      <Graph state={state} dispatch={dispatch} scene={scene} />
    </ReactFlowProvider>
  );
}
