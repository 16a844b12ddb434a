/** Places the cards: ELK's layered layout, in a worker, so that the panel never stops. */
import ELK, { type ELK as Elk, type ElkNode } from 'elkjs/lib/elk-api';
import workerSource from 'elkjs/lib/elk-worker.min.js?raw';
import { CARD, type ModelEdge } from '../../src/pure/graph';

export interface Box { x: number; y: number; width: number; height: number }

/** A web view may not load a worker from its own files, but may make one from a blob. */
function makeElk(): Elk {
  const address = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
  return new ELK({ workerFactory: () => new Worker(address) });
}

let elk: Elk | undefined;

/** Large graphs trade a little beauty for time: 500 cards are placed within a second or two. */
function options(cards: number): Record<string, string> {
  return {
    'elk.algorithm': 'layered',
    'elk.direction': 'RIGHT',
    'elk.spacing.nodeNode': '18',
    'elk.layered.spacing.nodeNodeBetweenLayers': '72',
    'elk.spacing.componentComponent': '32',
    'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
    'elk.layered.nodePlacement.strategy': cards > 250 ? 'LINEAR_SEGMENTS' : 'NETWORK_SIMPLEX',
    'elk.layered.thoroughness': cards > 250 ? '2' : '7',
  };
}

function toElk(heights: ReadonlyMap<string, number>, edges: readonly ModelEdge[]): ElkNode {
  return {
    id: 'root',
    layoutOptions: options(heights.size),
    children: [...heights].map(([id, height]) => ({ id, width: CARD.width, height })),
    edges: edges.map(({ source, target }, index) => ({ id: `e${index}`, sources: [source], targets: [target] })),
  };
}

export async function place(heights: ReadonlyMap<string, number>, edges: readonly ModelEdge[]): Promise<Map<string, Box>> {
  elk ??= makeElk();
  const placed = await elk.layout(toElk(heights, edges));
  return new Map((placed.children ?? []).map(({ id, x = 0, y = 0, width = 0, height = 0 }) => [id, { x, y, width, height }]));
}
