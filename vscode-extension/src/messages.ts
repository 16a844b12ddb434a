/** What the extension host and its web views say to each other. Both sides import this file. */
import type { Comparison, Data, ImpactChanged, Lineage, Plan } from './protocol';

/** Why a view has nothing to show: each is a designed state with a way on. */
export interface Empty {
  state: 'starting' | 'missing' | 'failed' | 'stopped' | 'unsupported' | 'outside' | 'untrusted' | 'error' | 'loading' | 'idle';
  message: string;
  detail?: string;
  actions?: { label: string; command: string; arguments?: unknown[] }[];
}

// ---- lineage ----------------------------------------------------------------------------------------------------------
export type LineageToView =
  | { kind: 'empty'; empty: Empty }
  | { kind: 'graph'; graph: Lineage; upstream: number; downstream: number; follow: boolean }
  | { kind: 'impact'; impact: ImpactChanged | null }
  | { kind: 'export' };
export type LineageFromView =
  | { kind: 'ready' }
  | { kind: 'open'; model: string; column?: string }
  | { kind: 'depth'; upstream: number; downstream: number }
  | { kind: 'center'; model: string }
  | { kind: 'follow'; follow: boolean }
  | { kind: 'export'; format: 'svg' | 'png'; name: string; content: string }
  | { kind: 'command'; command: string; arguments?: unknown[] };

// ---- plan -------------------------------------------------------------------------------------------------------------
/** `note`: why the plan is another one than before. */
export interface PlanView { title: string; verb: string; plan: Plan; cannot: string[]; note?: string }
export type PlanToView = { kind: 'empty'; empty: Empty } | { kind: 'plan'; plan: PlanView } | { kind: 'running'; message: string; percentage?: number } | { kind: 'done' | 'cancelled'; message: string };
export type PlanFromView = { kind: 'ready' } | { kind: 'run' } | { kind: 'cancel' } | { kind: 'refresh' } | { kind: 'open'; model: string } | { kind: 'command'; command: string; arguments?: unknown[] };

// ---- data -------------------------------------------------------------------------------------------------------------
export interface DataView { title: string; environments: string[]; environment: string; limit: number; result: Data }
export type DataToView = { kind: 'empty'; empty: Empty } | { kind: 'loading'; title: string } | { kind: 'data'; data: DataView };
export type DataFromView =
  | { kind: 'ready' }
  | { kind: 'refresh' }
  | { kind: 'cancel' }
  | { kind: 'environment'; name: string }
  | { kind: 'limit'; limit: number }
  | { kind: 'copy'; text: string }
  | { kind: 'command'; command: string; arguments?: unknown[] };

// ---- compare ----------------------------------------------------------------------------------------------------------
export type CompareToView = { kind: 'empty'; empty: Empty } | { kind: 'compare'; result: Comparison; left: string; right: string };
export type CompareFromView = { kind: 'ready' } | { kind: 'swap' } | { kind: 'refresh' } | { kind: 'open'; model: string } | { kind: 'command'; command: string; arguments?: unknown[] };
