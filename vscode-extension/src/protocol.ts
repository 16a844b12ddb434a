/**
 * The mirror of the server's `lsp_server/server/protocol.py`: every message beyond the standard protocol.
 * The server only ever adds optional fields; what is optional here may be missing from an older one.
 * Positions and lines are the protocol's: from 0, UTF-16. `workspace` is the URI of a project's root, "" for the only one.
 */

export interface Position { line: number; character: number }
export type Category = 'none' | 'metadata' | 'non_breaking' | 'breaking';
export type Change = 'modified' | 'added' | 'upstream' | 'removed';

// ---- headwater/status -------------------------------------------------------------------------------------------------

/** One workspace root. */
export interface ProjectState { root: string; models: number; problems: number; dialect?: string; baseline?: string }
export interface Status {
  version: string;
  /** Whether everything is analysed and published. */
  ready: boolean;
  projects: ProjectState[];
  documents: { uri: string; version: number; sha256: string }[];
}

// ---- headwater/lineage ------------------------------------------------------------------------------------------------

/** Around what, and how far: either `model`, or the model under (or around) a position. */
export interface LineageParams {
  textDocument?: { uri: string };
  position?: Position;
  model?: string;
  workspace?: string;
  depthUp: number;
  depthDown: number;
  maxModels?: number;
}

/** `line`: where the column is made, -1 or missing when not known. */
export interface LineageColumn { name: string; type: string; change?: string; description?: string; line?: number; character?: number }

/** One card. Empty strings stand for "untouched" and "not known". */
export interface LineageModel {
  name: string;
  kind: string;
  columns: LineageColumn[];
  path?: string;
  uri?: string;
  line?: number;
  category?: Category | '';
  change?: Change | '';
  rows?: string;
  external?: boolean;
  /** Steps from the focus, negative upstream. */
  depth?: number;
  moreUp?: boolean;
  moreDown?: boolean;
  /** Columns that the baseline has and this version has not. */
  removed?: string[];
}

export interface ColumnEnd { model: string; column: string }
export interface LineageEdge { from: ColumnEnd; to: ColumnEnd; type: string; subtype: string }
/** The column `from` decides which rows `to` has; without a column, the row set itself flows in. */
export interface RowEdge { from: ColumnEnd; to: string; subtype: string }

export interface Lineage {
  models: LineageModel[];
  edges: LineageEdge[];
  rowEdges: RowEdge[];
  focus: { model: string; column: string } | null;
  truncated?: boolean;
  baseline?: string;
  workspace?: string;
}

// ---- headwater/impactChanged ------------------------------------------------------------------------------------------

export interface TouchedModel {
  name: string;
  category: Category;
  change: Change;
  rows: 'same' | 'changed';
  build: 'rebuild' | 'reuse' | null;
  added: string[];
  changed: string[];
  removed: string[];
  uri?: string;
  reasons?: string[];
  verdict?: string;
}

/** Models that are not listed are untouched. */
export interface ImpactChanged {
  workspace: string;
  against: string;
  breaking: number;
  nonBreaking: number;
  rebuild: number;
  reuse: number;
  models: TouchedModel[];
  /** A file is half-typed: this is the verdict of its last good text. */
  pending?: boolean;
}

// ---- headwater/environments, headwater/plan ---------------------------------------------------------------------------

export interface Environment {
  name: string;
  etag: string;
  created?: string;
  updated?: string;
  models?: number;
  /** Models whose snapshot is another than prod's. */
  differs?: string[];
  /** "current" when it is what the files say, "behind" otherwise. */
  state?: string;
}
/** `problem`: why there is nothing to say. */
export interface Environments { workspace: string; environments: Environment[]; problem?: string }

export interface PlanParams { name: string; workspace?: string; command: 'apply' | 'promote'; to?: string }
export interface PlanStep { model: string; action: string; reason: string; category?: Category | ''; uri?: string }
export interface Plan {
  workspace: string;
  environment: string;
  etag: string;
  steps: PlanStep[];
  summary?: string;
  /** Why it cannot run. */
  refused?: string[];
}

/** `workspace/executeCommand` `headwater.env.<command>` takes one of these. */
export interface EnvironmentArguments { workspace: string; name: string; from?: string; to?: string; etag?: string }

// ---- headwater/preview, headwater/compare -----------------------------------------------------------------------------

/** A JSON value; dates, decimals and nested values as the engine prints them. */
export type Cell = unknown;
export interface PreviewParams {
  workspace?: string;
  model?: string;
  textDocument?: { uri: string };
  cte?: string;
  start?: Position;
  end?: Position;
  environment?: string;
  limit?: number;
}
export interface DataColumn { name: string; type: string }
export interface Data { columns: DataColumn[]; rows: Cell[][]; truncated?: boolean; sql?: string; milliseconds?: number }

export interface CompareParams { model: string; from: string; to: string; workspace?: string; limit?: number }
/** Samples are key values, then the old value, then the new one. */
export interface ColumnDifference { column: string; rows: number; samples?: Cell[][] }
export interface Comparison {
  model: string;
  key: string[];
  rowsFrom: number;
  rowsTo: number;
  onlyFrom: number;
  onlyTo: number;
  changed: number;
  addedColumns?: string[];
  removedColumns?: string[];
  columns?: ColumnDifference[];
  note?: string;
}

// ---- headwater/tests --------------------------------------------------------------------------------------------------

/** `run`: empty lists the tests; names, or `*`, run them. */
export interface TestsParams { workspace?: string; run?: string[] }
export interface TestCase {
  name: string;
  model: string;
  uri: string;
  line?: number;
  outcome?: 'passed' | 'failed' | 'error' | '';
  message?: string;
  milliseconds?: number;
}
export interface Tests { workspace: string; tests: TestCase[] }

export interface Requests {
  'headwater/status': [Record<string, never>, Status];
  'headwater/lineage': [LineageParams, Lineage];
  'headwater/environments': [{ workspace?: string }, Environments];
  'headwater/plan': [PlanParams, Plan];
  'headwater/preview': [PreviewParams, Data];
  'headwater/compare': [CompareParams, Comparison];
  'headwater/tests': [TestsParams, Tests];
}
export type Method = keyof Requests;
