import { execFileSync } from 'node:child_process';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { MessagingError } from '@azure/core-amqp';
import { EventHubConsumerClient } from '@azure/event-hubs';
import { NamespaceNotFoundError } from '@temporalio/common';
import { SpymasterError } from '../../../../graph/errors';
import { COMMANDS } from '../../../../workers/cli/commands';
import { asksForJson, knownFailure, reportFailure } from '../../../../workers/cli/terminal/failure';
import { temporaryFolder } from '../../../support/lake';
import { MAIN, spymaster, spymasterWith } from '../../../support/spymaster';

/** What is said of an error, and the exit code. */
function toldOf(error: unknown, json = false, log?: string): { text: string; code: number } {
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    reportFailure(error, json, log);
    return {
      text: write.mock.calls.map(([text]) => String(text)).join(''),
      code: Number(process.exitCode ?? 0),
    };
  } finally {
    write.mockRestore();
    process.exitCode = undefined;
  }
}

const thrownBy = async (work: () => Promise<unknown>): Promise<Error> => {
  try {
    await work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
};

describe('an error of the operating system is told without a stack, with its place', () => {
  const folder = temporaryFolder();

  test.each<[string, () => Promise<unknown>, RegExp]>([
    ['ENOENT', () => readFile('/no/such/file'), /^spymaster: there is no file or folder \/no\/such\/file\n/],
    ['EISDIR', () => readFile(folder), /^spymaster: .* is a folder\n/],
    ['ENOTDIR', () => readdir(__filename), /^spymaster: .*failure\.test\.ts is no folder\n/],
    ['ENOSPC', () => writeFile('/dev/full', 'x'), /^spymaster: the disk is full: .* could not be written\n/],
  ])('%s', async (code, work, expected) => {
    const error = await thrownBy(work);
    expect(error).toMatchObject({ code });
    const { text, code: exit } = toldOf(error);
    expect(text).toMatch(expected);
    expect(text).not.toContain(' at ');
    expect(exit).toBeGreaterThan(0);
  });

  test('a port that is taken, and one where nothing answers', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const second = createServer();
    const [taken] = (await once(second.listen(port, '127.0.0.1'), 'error').catch((error: Error) => [
      error,
    ])) as [Error];
    expect(toldOf(taken)).toEqual({
      text: expect.stringContaining(`127.0.0.1:${port} is in use`) as string,
      code: 1,
    });
    server.close();
    await once(server, 'close');
    const refused = await thrownBy(() => once(createConnection(port, '127.0.0.1'), 'connect'));
    expect(toldOf(refused)).toEqual({ text: `spymaster: nothing answers at 127.0.0.1:${port}\n`, code: 1 });
  });

  test.each(['EACCES', 'EROFS', 'EDQUOT', 'EPERM'])('%s names the file and what is wanted', (code) => {
    const error = Object.assign(new Error(`${code}: refused, open '/a/b'`), { code, path: '/a/b' });
    expect(toldOf(error).text).toMatch(/^spymaster: [^\n]*\/a\/b[^\n]*\n {2}file: \/a\/b\n {2}expected: /);
  });
});

test('one that another error wraps is found; a fault of our own keeps its stack', () => {
  const system = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', path: '/x' });
  expect(toldOf(new Error('while writing', { cause: system })).text).toContain('the disk is full: /x');
  expect(knownFailure(new TypeError('x is not a function'))).toBeUndefined();
  expect(toldOf(new TypeError('x is not a function')).text).toMatch(
    /^spymaster: TypeError: x is not a function\n\s+at /,
  );
  // As a request to a server that refuses it ends: an error of gRPC within one of the SDK.
  const grpc = Object.assign(new Error('7 PERMISSION_DENIED'), { code: 7, details: 'not yours' });
  expect(toldOf(new Error('Failed to start Workflow', { cause: grpc }))).toEqual({
    text: 'spymaster: the Temporal server refused: not yours\n',
    code: 1,
  });
});

describe('what the SDK of Event Hubs throws is told without a stack, and with what to do', () => {
  const told = (code: string, words: string) =>
    toldOf(Object.assign(new MessagingError(words), { code })).text;

  test('a namespace that nobody knows, or that does not answer, by its name', async () => {
    const connection = 'Endpoint=sb://namespace.invalid/;SharedAccessKeyName=all;SharedAccessKey=c2VjcmV0';
    const client = new EventHubConsumerClient('live', connection, 'mbo_raw', {
      retryOptions: { maxRetries: 0 },
    });
    const { text, code } = toldOf(await thrownBy(() => client.getPartitionIds()));
    await client.close();
    expect(text).toMatch(/^spymaster: Event Hubs do not answer: .*namespace\.invalid\n$/);
    expect(text).not.toContain('c2VjcmV0');
    expect(code).toBe(1);
  });

  test('a key or a role that is not enough, a hub or a group that is not there; after several tries too', () => {
    const refused = 'Unauthorized access. Listen claim required.';
    expect(told('UnauthorizedError', refused)).toBe(
      `spymaster: Event Hubs let nobody in with this key or identity: ${refused}\n`,
    );
    const errors = [
      new Error('first'),
      Object.assign(new MessagingError('no group live'), { code: 'MessagingEntityNotFoundError' }),
    ];
    expect(toldOf(new AggregateError(errors))).toEqual({
      text: expect.stringMatching(
        /^spymaster: Event Hubs do not have what is asked for: no group live\n {2}expected: /,
      ) as string,
      code: 2,
    });
  });
});

describe('of a process that stays up it is an entry of its log, where that is JSON', () => {
  const names = COMMANDS.filter(({ staysUp }) => staysUp).map(({ usage }) => usage.split(' ')[0]);
  const sources = (name: string) => (['lsg', 'replay'].includes(name) ? ['2024-03-05'] : []);
  const broken = join(temporaryFolder(), 'broken.yaml');
  beforeAll(() => writeFile(broken, 'lake: [1]\n'));
  const JSON_LOG = { SPYMASTER_LOG: 'json', SPYMASTER_CONFIG: broken };

  test.each(names)('%s', async (name) => {
    const wrong = await spymasterWith(JSON_LOG, name, ...sources(name), '--no-such-option');
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(wrong.stderr)).toMatchObject({
      level: 'fatal',
      process: name,
      code: 'BadArgument',
      msg: expect.stringContaining('--no-such-option') as string,
    });
    const failed = await spymasterWith(JSON_LOG, name, ...sources(name));
    expect(failed).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(failed.stderr)).toMatchObject({
      level: 'fatal',
      process: name,
      code: 'BadConfig',
      file: broken,
    });
  });

  test('what else is asked of such a command, and what others are asked, ends in words', async () => {
    for (const args of [
      ['server', 'status', '--no'],
      ['live', 'schema', 'no_hub'],
      ['query', 'SELECT 1'],
    ]) {
      const { stderr, code } = await spymasterWith(JSON_LOG, ...args);
      expect(stderr).toMatch(/^(error|spymaster): /);
      expect(code).toBe(2);
    }
  });

  test('a fault of our own with its stack, an interruption as no failure; in words where the choice is none', () => {
    const asked = process.env.SPYMASTER_LOG;
    const told = (error: unknown) => toldOf(error, false, 'live').text;
    try {
      process.env.SPYMASTER_LOG = 'json';
      expect(JSON.parse(told(new TypeError('ours')))).toMatchObject({
        level: 'fatal',
        code: 'Unexpected',
        msg: expect.stringMatching(/^TypeError: ours\n\s+at /) as string,
      });
      expect(JSON.parse(told(new SpymasterError('Cancelled', 'interrupted')))).toMatchObject({
        level: 'warn',
      });
      expect(JSON.parse(toldOf(new SpymasterError('NoInput', 'none'), true, 'live').text)).toMatchObject({
        error: { code: 'NoInput' },
        exitCode: 1,
      });
      process.env.SPYMASTER_LOG = 'loud';
      expect(told(new SpymasterError('BadConfig', 'loud is not known'))).toBe(
        'spymaster: loud is not known\n',
      );
    } finally {
      process.env.SPYMASTER_LOG = asked;
    }
  });
});

test('in JSON it is one line with code, message, place and exit code', () => {
  const error = new SpymasterError('BadArgument', 'no product "X\n"', { field: 'symbol', offset: 7 });
  const { text, code } = toldOf(error, true);
  expect(text.split('\n')).toHaveLength(2);
  expect(JSON.parse(text)).toEqual({
    error: { code: 'BadArgument', message: 'no product "X\n"', field: 'symbol', offset: 7 },
    exitCode: 2,
  });
  expect(code).toBe(2);
  expect(JSON.parse(toldOf(new TypeError('ours'), true).text)).toMatchObject({
    error: { code: 'Unexpected' },
    exitCode: 1,
  });
  expect(JSON.parse(toldOf(new SpymasterError('Cancelled', 'cancelled'), true).text)).toMatchObject({
    exitCode: 130,
  });
});

test('JSON is asked for by an option, not by an argument behind --', () => {
  expect(asksForJson(['partitions', '--json'])).toBe(true);
  expect(asksForJson(['import', '--', '--json'])).toBe(false);
});

describe('a process', () => {
  const lake = temporaryFolder();
  const run = (...args: string[]) => spymaster({ SPYMASTER_LAKE: lake }, ...args);
  const lastLine = (text: string) => JSON.parse(text.trimEnd().split('\n').at(-1)!) as { error: object };

  test.each([
    [['partitions', '--start', 'foo'], "'foo' is invalid"],
    [['partitions', '--contract', 'FOO'], '"FOO" is not a futures contract'],
    [['partitions', '--start', '2024-03-05', '--end', '2024-03-04'], '--end 2024-03-04 is before'],
    [['dead-letters', 'list', '--date', 'foo'], "'foo' is invalid"],
    [['dead-letters', 'list', '--contract', 'QQH4'], 'not a contract of a known product'],
    [['quality', '2024-02-30'], "'2024-02-30' is invalid"],
    [['quality', '2024-03-09'], 'no trade date (weekend)'],
    [['verify', 'labels', '--date', 'foo'], "'foo' is invalid"],
    [['build', '--symbol', 'ES', '--date', 'foo'], "'foo' is invalid"],
    [['backfill', '--symbol', 'ES', '--start', 'foo', '--end', '2024-03-04'], "'foo' is invalid"],
    [['simulate', '--out', 'x', '--from', 'foo'], "'foo' is invalid"],
    [['nonsense'], "unknown command 'nonsense'"],
  ])('refuses %j, with --json in JSON', async (args, message) => {
    const plain = await run(...args);
    expect([plain.code, plain.stdout, plain.stderr]).toEqual([2, '', expect.stringContaining(message)]);
    const json = await run(...args, '--json');
    expect([json.code, json.stdout]).toEqual([2, '']);
    expect(lastLine(json.stderr)).toMatchObject({
      error: { code: 'BadArgument', message: expect.stringContaining(message) as string },
      exitCode: 2,
    });
  });

  test.each([
    ['partitions'],
    ['lineage', 'silver.bars', 'ESH4/2024-03-05'],
    ['dead-letters', 'list'],
    ['raw', 'list'],
    ['quality', '2024-03-05'],
    ['export', 'silver.bars', '--format', 'csv'],
    ['outcomes'],
    ['verify', 'labels', '--date', '2024-03-05'],
  ])('%s names the lake that is not there', async (...args) => {
    const missing = join(lake, 'not', 'here');
    const { code, stderr, stdout } = await spymaster({ SPYMASTER_LAKE: missing }, ...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`there is no lake at ${missing} (SPYMASTER_LAKE)`);
  });

  test('takes no folder of other folders for an empty lake', async () => {
    const lakes = join(lake, 'of-others');
    mkdirSync(join(lakes, 'holiday', 'raw'), { recursive: true });
    const { code, stderr } = await spymaster({ SPYMASTER_LAKE: lakes }, 'partitions');
    expect([code, stderr]).toEqual([1, expect.stringContaining(`there is no lake at ${lakes}`)]);
    expect((await spymaster({ SPYMASTER_LAKE: join(lakes, 'holiday') }, 'partitions')).code).toBe(0);
  });

  test('whose output has no room, or may not write, says so', () => {
    const full = openSync('/dev/full', 'w');
    const run = (args: string[], environment: NodeJS.ProcessEnv = {}) => {
      try {
        execFileSync(process.execPath, [MAIN, ...args], {
          stdio: ['ignore', full, 'pipe'],
          env: { ...process.env, ...environment },
        });
      } catch (error) {
        return String((error as { stderr: Buffer }).stderr);
      }
      throw new Error('it did not fail');
    };
    expect(run(['features'])).toMatch(/^spymaster: the disk is full/);
    const file = join(lake, 'a-file');
    writeFileSync(file, '');
    const raw = join(lake, 'raw');
    mkdirSync(raw);
    writeFileSync(join(raw, 'x.dbn'), '');
    for (const args of [
      ['simulate', '--out', join(file, 'x'), '--from', '2024-03-04'],
      ['import', raw],
    ])
      expect(run(args, { SPYMASTER_LAKE: join(file, 'lake') })).not.toMatch(/^\s+at /m);
  });
});

test('an example of several lines stays one, and a name cannot make lines of its own', () => {
  const error = new SpymasterError('UnknownTable', 'there is none', {
    file: 'a\nspymaster: all is well',
    expected: 'such as\nproducts:\n  QM: ...',
  });
  expect(toldOf(error)).toEqual({
    text: 'spymaster: there is none\n  file: a\\x0aspymaster: all is well\n  expected: such as\n    products:\n      QM: ...\n',
    code: 2,
  });
});

test('a namespace that the Temporal server does not have is named, and what makes it', () => {
  const { text, code } = toldOf(new NamespaceNotFoundError('nope'));
  expect([code, text]).toEqual([
    2,
    expect.stringMatching(
      /^spymaster: .*Namespace not found: 'nope'\n  field: namespace\n  expected: .*spymaster setup/,
    ),
  ]);
});
