import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../src/server/installed';
import { isProgram, onPath, probe, runToEnd, startEarly, startProgram } from '../src/server/processes';

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

describe('a virtual environment', () => {
  const make = (name: string, settings: string, packages: string[]): string => {
    const home = path.join(folder, name);
    for (const made of ['bin', ...packages.map((one) => `lib/python3.12/site-packages/${one}`)]) mkdirSync(path.join(home, made), { recursive: true });
    writeFileSync(path.join(home, 'pyvenv.cfg'), settings);
    return script(`${name}/bin/python`, 'exit 1'); // to run it would tell nothing
  };

  it.each([['venv', 'home = /usr/bin\nversion = 3.12.4\n', [3, 12, 4]], ['uv', 'home = /usr/bin\nversion_info = 3.12\n', [3, 12, 0]]])('of %s is read, not run', (name, settings, python) => {
    expect(readEnvironment(make(name, settings, ['headwater-0.3.1.dist-info', 'sqlglot']))).toEqual({ python, server: '0.3.1' });
  });

  it('tells nothing where the server, its settings or its interpreter are not there', () => {
    expect(readEnvironment(make('without', 'version = 3.12.4\n', ['headwater_tools-1.0.dist-info']))).toBeUndefined();
    expect(readEnvironment(make('unsettled', '', ['headwater-0.3.1.dist-info']))).toBeUndefined();
    const gone = make('gone', 'version = 3.12.4\n', ['headwater-0.3.1.dist-info']);
    rmSync(gone);
    expect(readEnvironment(gone)).toBeUndefined();
  });
});

describe('a server', () => {
  const end = (child: { once(event: 'close', done: () => void): unknown; kill(): boolean }) => new Promise<void>((resolve) => (child.once('close', resolve), child.kill()));

  it('runs before it is asked for, and is another one each time after', async () => {
    const started: string[] = [];
    const program = startEarly([script('server', 'echo up >&2; exec sleep 60')], folder, (line) => started.push(line));
    await expect.poll(() => started.length).toBe(1);
    const [first, second] = [await program.next(), await program.next()];
    await expect.poll(() => started.length).toBe(2);
    expect(second.pid).not.toBe(first.pid);
    await Promise.all([end(first), end(second)]);
  });

  it('that ended before it was asked for is started again, so that its end is heard', async () => {
    const words: string[] = [];
    const program = startEarly([script('dies', 'echo $$ >&2; exit 3')], folder, (line) => words.push(line));
    await expect.poll(() => words.length).toBe(1);
    await expect.poll(() => existsSync(`/proc/${words[0]}`)).toBe(false);
    const child = await program.next();
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(3);
    await expect(startEarly(['/nowhere/headwater'], undefined, () => undefined).next()).rejects.toThrow('ENOENT');
  });

  it('that will not listen any more is heard out, and one that goes on is not waited for', async () => {
    const words: string[] = [];
    const hear = (line: string) => words.push(line);
    const dying = startEarly([script('late', 'exec 0<&-; sleep 0.4; echo the disk is full >&2; exit 3')], folder, hear);
    await dying.next();
    expect(words).toEqual([]);
    await dying.heardOut(20_000);
    expect(words).toEqual(['the disk is full']);
    const living = startEarly([script('lives', 'exec sleep 60')], folder, hear);
    const child = await living.next();
    await living.heardOut(50);
    expect(child.exitCode).toBeNull();
    await end(child);
    await startEarly(['/nowhere/headwater'], undefined, hear).heardOut(20_000);
  });

  it('that is not the one after all ends', async () => {
    const words: string[] = [];
    const program = startEarly([script('wrong', 'echo $$ >&2; exec sleep 60')], folder, (line) => words.push(line));
    await expect.poll(() => words.length).toBe(1);
    program.drop();
    await expect.poll(() => existsSync(`/proc/${words[0]}`)).toBe(false);
    startEarly(['/nowhere/headwater'], undefined, () => undefined).drop();
  });
});
