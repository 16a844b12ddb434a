/**
 * What a virtual environment holds, read from its files: a probe would start Python only to hear the same. Read in one go, since an
 * extension that waits while VS Code starts waits for all others that start meanwhile.
 */
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Probe } from '../pure/discovery';
import { isExecutable } from './processes';

/** What the probe would say; undefined where files do not tell for certain (no virtual environment, or the server is not there). */
export function readEnvironment(interpreter: string): Probe | undefined {
  const folder = path.dirname(path.dirname(interpreter));
  const settings = orElse('', () => readFileSync(path.join(folder, 'pyvenv.cfg'), 'utf8'));
  const version = /^version(?:_info)?\s*=\s*(\d+)\.(\d+)(?:\.(\d+))?/m.exec(settings)?.slice(1, 4).map((part) => Number(part ?? 0));
  if (!version || !isExecutable(interpreter)) return undefined;
  const packages = path.dirname(interpreter).endsWith('Scripts') ? path.join(folder, 'Lib', 'site-packages') : path.join(folder, 'lib', `python${version[0]}.${version[1]}`, 'site-packages');
  const names = orElse([], () => readdirSync(packages));
  const server = names.map((name) => /^headwater-(\d[^-]*)\.dist-info$/.exec(name)?.[1]).find(Boolean);
  return server ? { python: version, server } : undefined;
}

function orElse<Value>(otherwise: Value, read: () => Value): Value {
  try {
    return read();
  } catch {
    return otherwise; // not there, or not ours to read
  }
}
