/** The servers that an editor started: found by their parent, so that no other process is ever touched. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from '@playwright/test';

interface Process { pid: number; parent: number; command: string }

function processes(): Process[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const stat = readFileSync(path.join('/proc', name, 'stat'), 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return [{ pid: Number(name), parent, command: readFileSync(path.join('/proc', name, 'cmdline'), 'utf8').replaceAll('\0', ' ') }];
    } catch {
      return []; // it ended meanwhile
    }
  });
}

/** The language servers below a process. */
export function serversOf(editorPid: number): number[] {
  const all = processes();
  const below = new Set([editorPid]);
  for (let size = 0; size !== below.size; ) {
    size = below.size;
    for (const { pid, parent } of all) if (below.has(parent)) below.add(pid);
  }
  return all.filter(({ pid, command }) => below.has(pid) && /\blsp_server lsp\b|headwater lsp\b|crashing_server/.test(command)).map(({ pid }) => pid);
}

export async function theServer(editorPid: number, except: readonly number[] = []): Promise<number> {
  let found: number[] = [];
  await expect.poll(() => (found = serversOf(editorPid).filter((pid) => !except.includes(pid))).length, { message: 'a language server' }).toBeGreaterThan(0);
  return found[0]!;
}
