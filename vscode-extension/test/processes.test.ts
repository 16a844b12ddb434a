import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isProgram, onPath, probe, runToEnd, startProgram } from '../src/server/processes';

const folder = mkdtempSync(path.join(tmpdir(), 'headwater-processes-'));
const script = (name: string, body: string): string => {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
};

describe('programs', () => {
  it('are found on the PATH only where they may be executed', () => {
    writeFileSync(path.join(folder, 'text'), '');
    const tool = script('tool', 'exit 0');
    expect(onPath('tool', { PATH: `relative:/nowhere:${folder}` })).toBe(tool);
    expect(onPath('text', { PATH: folder })).toBeUndefined();
    expect([isProgram(tool), isProgram(path.join(folder, 'text')), isProgram('/nowhere/headwater'), isProgram('sh')]).toEqual([true, false, false, true]);
  });

  it('that do not start are refused, and say their last words where they end', async () => {
    await expect(startProgram(['/nowhere/headwater'], undefined, () => undefined)).rejects.toThrow('ENOENT');
    const words: string[] = [];
    const child = await startProgram([script('loud', 'echo first >&2; echo the disk is full >&2; exit 3')], folder, (line) => words.push(line));
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(3);
    expect(words).toEqual(['first', 'the disk is full']);
  });

  it('run to their end, hand on their lines, and can be cancelled', async () => {
    const lines: string[] = [];
    await runToEnd([script('steps', 'echo one; echo two')], (line) => lines.push(line), new AbortController().signal);
    expect(lines).toEqual(['one', 'two']);
    await expect(runToEnd([script('fails', 'echo no space left >&2; exit 1')], () => undefined, new AbortController().signal)).rejects.toThrow('no space left');
    const cancel = new AbortController();
    const running = runToEnd([script('waits', 'echo begun; exec sleep 60')], () => cancel.abort(), cancel.signal);
    await expect(running).rejects.toThrow('aborted');
  });
});

describe('a probe', () => {
  it('is answered by an interpreter and by nothing else', async () => {
    expect(await probe(script('python', `echo '{"python": [3, 9, 2], "server": null}'`))).toEqual({ python: [3, 9, 2], server: null });
    expect(await probe(script('not-python', 'exit 1'))).toBeUndefined();
    expect(await probe('/nowhere/python')).toBeUndefined();
  });
});
