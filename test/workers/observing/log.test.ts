import { logChoice, openLog, type Log } from '../../../workers/observing/log';

const given = process.env.SPYMASTER_LOG;
const written: string[] = [];
beforeEach(() => {
  written.length = 0;
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env.SPYMASTER_LOG = given;
});

function openAs(choice: string): Log {
  process.env.SPYMASTER_LOG = choice;
  return openLog('live');
}
const entries = () => written.map((line) => JSON.parse(line) as Record<string, unknown>);

test('to programs an entry is a line of JSON: level by name, time, process, fields and message', () => {
  const log = openAs('json');
  log.warn({ contract: 'ESH4', partition: '2', sequence: 7, words: 'for people' }, 'Event 7 is left out');
  log.debug('not asked for');
  expect(written).toHaveLength(1);
  expect(written[0]).toMatch(/^\{.*\}\n$/);
  expect(entries()).toEqual([
    {
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      process: 'live',
      pid: process.pid,
      contract: 'ESH4',
      partition: '2',
      sequence: 7,
      msg: 'Event 7 is left out',
    },
  ]);
});

test('to a person it is its words, and nothing else', () => {
  const log = openAs('human');
  log.info({ contract: 'ESH4' }, 'Begun.');
  log.info({ words: 'Two\nlines' }, 'Begun.');
  expect(written).toEqual(['Begun.\n', 'Two\nlines\n']);
});

test('text from elsewhere steers no terminal in either form', () => {
  for (const form of ['json', 'human']) openAs(form).info({ name: 'a\u001b[2Jb\u202e' }, 'c\u001b[2Jd\u202e');
  for (const steers of ['\u001b', '\u202e']) expect(written.join('')).not.toContain(steers);
  expect(JSON.parse(written[0])).toMatchObject({ name: 'a\u001b[2Jb\u202e', msg: 'c\u001b[2Jd\u202e' });
});

test.each([
  [undefined, true, 'human', 'info'],
  [undefined, false, 'json', 'info'],
  ['human', false, 'human', 'info'],
  ['debug', true, 'human', 'debug'],
  ['json,debug', true, 'json', 'debug'],
  ['warn,json', true, 'json', 'warn'],
] as const)(
  'SPYMASTER_LOG=%s, on a terminal: %s, is %s from %s on',
  (SPYMASTER_LOG, terminal, form, level) => {
    expect(logChoice({ SPYMASTER_LOG }, terminal)).toEqual({ form, level });
  },
);

test('a choice that is not known is refused by name', () => {
  expect(() => logChoice({ SPYMASTER_LOG: 'json,loud' }, true)).toThrow(
    expect.objectContaining({ code: 'BadConfig', message: expect.stringContaining('loud') }),
  );
});
