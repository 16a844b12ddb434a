import { describe, expect, it } from 'vitest';
import { candidates, judge, NO_PROGRAM, readProbe, type Surroundings, unfitPythons, wrongSetting } from '../src/pure/discovery';

const around = (change: Partial<Surroundings> = {}): Surroundings => ({
  trusted: true, windows: false, command: [], folders: ['/w/a', '/w/b'], privateEnvironment: '/store/server', ...change,
});

describe('where the server is looked for', () => {
  it('takes the setting and nothing else', () => {
    expect(candidates(around({ command: ['/x/headwater', 'lsp'], onPath: '/usr/bin/headwater' }))).toEqual([{ origin: 'setting', kind: 'argv', argv: ['/x/headwater', 'lsp'] }]);
  });

  it('goes from the Python extension over .venv and the PATH to its own environment', () => {
    const found = candidates(around({ pythonExtension: '/opt/py/bin/python', onPath: '/usr/bin/headwater' }));
    expect(found.map(({ origin }) => origin)).toEqual(['python-extension', 'venv', 'venv', 'path', 'private']);
    expect(found[1]).toMatchObject({ interpreter: '/w/a/.venv/bin/python' });
  });

  it('starts nothing that lies in an untrusted workspace', () => {
    const found = candidates(around({ trusted: false, pythonExtension: '/w/a/.venv/bin/python', onPath: '/w/b/bin/headwater' }));
    expect(found.map(({ origin }) => origin)).toEqual(['private']);
  });

  it('does not take a folder for another that begins with its name', () => {
    expect(candidates(around({ trusted: false, onPath: '/w/a-tools/headwater' })).map(({ origin }) => origin)).toEqual(['path', 'private']);
  });

  it('knows where Windows keeps interpreters', () => {
    expect(candidates(around({ windows: true, folders: ['C:\\w'] }))[0]).toMatchObject({ interpreter: 'C:\\w\\.venv\\Scripts\\python.exe' });
  });
});

describe('what a probe says', () => {
  it.each([
    ['{"python": [3, 10, 2], "server": "0.1.0"}', 'Python 3.10.2, and Headwater needs 3.11 or newer'],
    ['{"python": [3, 12, 0], "server": null}', 'Python 3.12.0 without the package headwater'],
    ['Segmentation fault', 'no Python there'],
    ['', 'no Python there'],
  ])('%s is no use', (output, why) => {
    expect(judge(readProbe(output))).toEqual({ usable: false, why });
  });

  it('reads the last line: site customisations may print before', () => {
    expect(judge(readProbe('hello\n{"python": [3, 11, 4], "server": "0.1.0"}\n'))).toEqual({ usable: true, version: '0.1.0' });
  });
});

describe('a setting that leads nowhere', () => {
  it('is told from a server that is not installed', () => {
    expect(wrongSetting([{ origin: 'setting', where: '/x/headwater', outcome: NO_PROGRAM }])).toContain('no program /x/headwater');
    expect(wrongSetting([{ origin: 'setting', where: '/x/headwater', outcome: 'taken' }])).toBeUndefined();
    expect(wrongSetting([{ origin: 'venv', where: '/w/.venv/bin/python', outcome: 'no Python there' }])).toBeUndefined();
    expect(wrongSetting([])).toBeUndefined();
  });
});

describe('why no server was found', () => {
  it('names the Pythons that are there and do not fit', () => {
    const venv = { origin: 'venv', where: '/w/.venv/bin/python', outcome: 'Python 3.9.2, and Headwater needs 3.11 or newer' } as const;
    expect(unfitPythons([venv, { origin: 'private', where: '/store/server/bin/python', outcome: 'no Python there' }])).toBe('.venv in the workspace: Python 3.9.2, and Headwater needs 3.11 or newer');
    expect(unfitPythons([{ ...venv, outcome: 'no Python there' }, { origin: 'setting', where: '/x', outcome: NO_PROGRAM }])).toBeUndefined();
  });
});
