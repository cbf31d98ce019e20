import { showsColour, toned, toneOf } from '../../../../workers/cli/terminal/colour';
import { reportFailure } from '../../../../workers/cli/terminal/failure';
import { printJson, printTable } from '../../../../workers/cli/terminal/output';

const terminal = (colours = true) => ({ isTTY: true, hasColors: () => colours }) as NodeJS.WriteStream;
const pipe = { isTTY: false } as NodeJS.WriteStream;

test('a terminal that can show colours has them, unless NO_COLOR; a pipe only by FORCE_COLOR', () => {
  expect(showsColour(terminal(), {})).toBe(true);
  expect(showsColour(terminal(false), {})).toBe(false);
  expect(showsColour(terminal(), { NO_COLOR: '1' })).toBe(false);
  expect(showsColour(terminal(), { NO_COLOR: '' })).toBe(true);
  expect(showsColour(pipe, {})).toBe(false);
  expect(showsColour(pipe, { FORCE_COLOR: '1' })).toBe(true);
  expect(showsColour(terminal(), { FORCE_COLOR: '0' })).toBe(false);
});

test('a state has a tone, other texts have none', () => {
  expect(['published', 'stale', 'stale, warned', 'failed', 'FAIL'].map(toneOf)).toEqual([
    'good',
    'warn',
    'warn',
    'bad',
    'bad',
  ]);
  expect(['', '-', 'PM_HIGH', 'failed to start', 'constructor'].map(toneOf)).toEqual(
    Array(5).fill(undefined),
  );
});

/** What is written to a stream meanwhile. */
function written(stream: NodeJS.WriteStream, work: () => void): string {
  const texts: string[] = [];
  const spy = jest.spyOn(stream, 'write').mockImplementation((text) => texts.push(String(text)) > 0);
  try {
    work();
  } finally {
    spy.mockRestore();
  }
  return texts.join('');
}

/** Without colours, which are measured by nobody. */
const plain = (text: string) => text.replaceAll(/\x1b\[\d+m/g, ''); // oxlint-disable-line no-control-regex

describe('where colours are asked for', () => {
  beforeEach(() => void (process.env.FORCE_COLOR = '1'));
  afterEach(() => {
    delete process.env.FORCE_COLOR;
    process.exitCode = undefined;
  });

  test('states of a table are coloured, and columns stay aligned', () => {
    const rows = [
      ['ESH4', 'published', 1],
      ['ESM4', 'failed', 20],
      ['ESU4', 'stale, warned', ''],
    ];
    const table = () => printTable(['contract', 'gold', 'rows'], rows);
    const shown = written(process.stdout, table);
    expect(shown).toContain('\x1b[31mfailed\x1b[39m');
    expect(shown).toContain('\x1b[32mpublished\x1b[39m');
    delete process.env.FORCE_COLOR;
    const bare = written(process.stdout, table);
    expect(bare).toBe(
      [
        'contract  gold           rows',
        '--------  -------------  ----',
        'ESH4      published         1',
        'ESM4      failed           20',
        'ESU4      stale, warned',
        '',
      ].join('\n'),
    );
    expect(plain(shown)).toBe(bare);
  });

  test('what a file says cannot colour: only the program does', () => {
    const shown = written(process.stdout, () => printTable(['name'], [['\x1b[31mfailed\x1b[39m']]));
    expect(shown).toContain('\\x1b[31mfailed');
  });

  test('an error is red, as JSON it is not, and JSON never is', () => {
    const fail = (json: boolean) => written(process.stderr, () => reportFailure(new Error('broken'), json));
    expect(fail(false)).toMatch(/^\x1b\[31mspymaster: Error: broken/); // oxlint-disable-line no-control-regex
    expect(() => JSON.parse(fail(true)) as unknown).not.toThrow();
    expect(written(process.stdout, () => printJson({ status: 'failed' }))).toBe(
      '{\n  "status": "failed"\n}\n',
    );
  });
});

test('without a tone, and in a pipe, a text stays as it is', () => {
  expect(toned('failed', 'bad', pipe)).toBe('failed');
  expect(toned('x', undefined, terminal())).toBe('x');
});
