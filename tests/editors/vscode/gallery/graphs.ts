/** Graphs for the gallery, of any size, the same each time. */
import type { ImpactChanged, Lineage, LineageColumn, LineageModel } from '../../../../vscode-extension/src/protocol';

const WORDS = ['order', 'rider', 'station', 'trip', 'plan', 'charge', 'bike', 'repair', 'weather', 'district', 'invoice', 'payment'];
const TYPES = ['BIGINT', 'VARCHAR', 'DATE', 'DOUBLE', 'DECIMAL(18,3)', 'TIMESTAMP WITH TIME ZONE', 'BOOLEAN'];

function columns(count: number, seed: number): LineageColumn[] {
  return Array.from({ length: count }, (_, index) => ({ name: `${WORDS[(seed * 7 + index) % WORDS.length]}_${['id', 'name', 'date', 'total', 'rate', 'seen_at', 'is_valid'][index % 7]}${index >= 7 ? `_${Math.floor(index / 7)}` : ''}`, type: TYPES[(seed + index) % TYPES.length]! }));
}

/** `layers` layers of models, each reading two or three of the layer before. */
export function layered(layers: number, width: number, columnCount = 6): Lineage {
  const models: LineageModel[] = [];
  const graph: Lineage = { models, edges: [], rowEdges: [], focus: null, workspace: 'file:///w' };
  const at = (layer: number, index: number) => models[layer * width + (index % width)]!;
  for (let layer = 0; layer < layers; layer += 1) {
    for (let index = 0; index < width; index += 1) {
      const kind = layer === 0 ? 'SEED' : layer === layers - 1 ? 'FULL' : 'VIEW';
      const name = `${['raw', 'staging', 'intermediate', 'marts'][Math.min(layer, 3)]}.${WORDS[index % WORDS.length]}s_${layer}_${index}`;
      models.push({ name, kind, columns: columns(columnCount + ((layer + index) % 5), layer + index), uri: 'file:///w/m.sql', depth: layer - Math.floor(layers / 2) });
      if (layer === 0) continue;
      const target = at(layer, index);
      for (const step of [0, 1]) {
        const source = at(layer - 1, index + step);
        for (let column = 0; column < 3; column += 1) {
          graph.edges.push({ from: { model: source.name, column: source.columns[column]!.name }, to: { model: target.name, column: target.columns[column + step]!.name }, type: 'DIRECT', subtype: ['IDENTITY', 'TRANSFORMATION', 'AGGREGATION'][column]! });
        }
        graph.rowEdges.push({ from: { model: source.name, column: source.columns[4]!.name }, to: target.name, subtype: step === 0 ? 'FILTER' : 'JOIN' });
        graph.rowEdges.push({ from: { model: source.name, column: '' }, to: target.name, subtype: 'ROWS' });
      }
    }
  }
  graph.focus = { model: at(Math.floor(layers / 2), Math.floor(width / 2)).name, column: '' };
  return graph;
}

export function longNames(): Lineage {
  const graph = layered(3, 2);
  const rename = new Map(graph.models.map(({ name }, index) => [name, `analytics_warehouse_production_eu.${'customer_lifetime_value_by_acquisition_channel_and_cohort_'.repeat(1)}${index}`]));
  const named = (name: string) => rename.get(name) ?? name;
  for (const model of graph.models) {
    model.name = named(model.name);
    model.columns = model.columns.map((column, index) => (index === 1 ? { name: 'average_revenue_per_active_subscriber_in_local_currency_before_tax', type: 'STRUCT(amount DECIMAL(38,10), currency VARCHAR)' } : column));
  }
  graph.edges = graph.edges.map(({ from, to, ...edge }) => ({ ...edge, from: { ...from, model: named(from.model) }, to: { ...to, model: named(to.model) } }));
  graph.rowEdges = graph.rowEdges.map(({ from, to, ...edge }) => ({ ...edge, from: { ...from, model: named(from.model) }, to: named(to) }));
  graph.focus = { model: named(graph.focus!.model), column: '' };
  return graph;
}

/** An edit of the model in the centre that its readers feel. */
export function ripple(graph: Lineage): ImpactChanged {
  const centre = graph.focus!.model;
  const direct = [...new Set(graph.edges.filter(({ from }) => from.model === centre).map(({ to }) => to.model))];
  const column = graph.models.find(({ name }) => name === centre)!.columns[0]!.name;
  const readers = graph.edges.filter(({ from }) => from.model === centre && from.column === column);
  const touched = (name: string, category: 'breaking' | 'non_breaking', changed: string[]) => ({ name, category, change: 'upstream' as const, rows: 'same' as const, build: 'rebuild' as const, added: [], changed, removed: [], reasons: [] });
  return {
    workspace: 'file:///w', against: 'env:prod', breaking: 1 + direct.length, nonBreaking: 1, rebuild: direct.length + 1, reuse: graph.models.length - direct.length - 1,
    models: [
      { ...touched(centre, 'breaking', [column]), change: 'modified', added: ['tax_cents'], removed: ['legacy_flag'], reasons: [`${column}: SUM(price) is now SUM(price * qty)`] },
      ...direct.map((name, index) => touched(name, index === 0 ? 'breaking' : 'non_breaking', readers.filter(({ to }) => to.model === name).map(({ to }) => to.column))),
    ],
  };
}
