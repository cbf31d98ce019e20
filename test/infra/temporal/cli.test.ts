import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { until } from '../../support/until';
import { VERSION, findTemporal, obtainTemporal, toolCache } from '../../../infra/temporal/cli';

const PROGRAM = `#!/bin/sh\necho "temporal version ${VERSION}"\n`;
/** Where nothing listens: the download fails at once, as it does without a network. */
const NOWHERE = 'http://127.0.0.1:2';

let folder: string;
let environment: Record<string, string>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spymaster-tools-'));
  mkdirSync(join(folder, 'bin'));
  environment = { XDG_CACHE_HOME: join(folder, 'cache'), PATH: join(folder, 'bin'), HOME: folder };
});
afterEach(() => rmSync(folder, { recursive: true }));

const cached = () => join(toolCache(environment), `temporal-${VERSION}`, 'temporal');
function program(path: string, text = PROGRAM): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}
/** A `go` that takes a while and then leaves what go install would. */
const go = (text = PROGRAM) =>
  program(
    join(folder, 'bin', 'go'),
    `#!/bin/sh\n/bin/echo "$@" >> ${folder}/go.log\n/bin/sleep 0.5\n/bin/cat > "$GOBIN/temporal" <<'EOS'\n${text}EOS\n/bin/chmod +x "$GOBIN/temporal"\n`,
  );
const goRuns = () => readFileSync(join(folder, 'go.log'), 'utf8').trim().split('\n');

test('the one that is named comes before PATH, and PATH before the tool cache', () => {
  expect(findTemporal(environment)).toBeUndefined();
  program(cached());
  expect(findTemporal(environment)).toEqual({ path: cached(), source: 'tool cache' });
  const onPath = program(join(folder, 'bin', 'temporal'));
  expect(findTemporal(environment)).toEqual({ path: onPath, source: 'PATH' });
  const named = program(join(folder, 'mine'));
  expect(findTemporal({ ...environment, TEMPORAL_CLI_PATH: named })).toEqual({
    path: named,
    source: 'TEMPORAL_CLI_PATH',
  });
});

test('a named one that is not there is an error, not a reason to look elsewhere', () => {
  program(cached());
  expect(() => findTemporal({ ...environment, TEMPORAL_CLI_PATH: '/no/such' })).toThrow('/no/such');
});

test('without a download it is compiled with Go, once, however many processes ask', async () => {
  go();
  const options = { env: environment, downloads: NOWHERE };
  const found = await Promise.all([obtainTemporal(options), obtainTemporal(options)]);
  expect(found.map(({ path }) => path)).toEqual([cached(), cached()]);
  expect(found.map(({ source }) => source).sort()).toEqual(['go install', 'tool cache']);
  expect(goRuns()).toHaveLength(1);
  expect(goRuns()[0]).toContain(`github.com/temporalio/cli/cmd/temporal@v${VERSION}`);
  expect(await obtainTemporal(options)).toEqual({ path: cached(), source: 'tool cache' });
  expect(readdirSync(toolCache(environment))).toEqual([`temporal-${VERSION}`]);
});

test('the lock of a process that is gone does not hold anybody up', async () => {
  go();
  const dead = spawnSync('/bin/true').pid;
  mkdirSync(toolCache(environment), { recursive: true });
  writeFileSync(join(toolCache(environment), `temporal-${VERSION}.lock`), String(dead));
  expect((await obtainTemporal({ env: environment, downloads: NOWHERE })).source).toBe('go install');
});

test('a program that does not run is not kept', async () => {
  go('#!/bin/sh\necho broken >&2\nexit 1\n');
  await expect(obtainTemporal({ env: environment, downloads: NOWHERE })).rejects.toThrow('broken');
  expect(existsSync(cached())).toBe(false);
});

test('with neither a download nor Go, one error says what to install', async () => {
  const error = await obtainTemporal({ env: environment, downloads: NOWHERE }).catch((e: Error) => e.message);
  expect(error).toMatch(
    /download: .*ECONNREFUSED[^]*go install: go is not installed[^]*TEMPORAL_CLI_PATH[^]*Go 1\.25/,
  );
  expect(readdirSync(toolCache(environment))).toEqual([]);
});

test('an interrupted build leaves nothing behind', async () => {
  program(join(folder, 'bin', 'go'), `#!/bin/sh\n: > ${folder}/begun\nexec /bin/sleep 1000\n`);
  const controller = new AbortController();
  const obtained = obtainTemporal({ env: environment, downloads: NOWHERE, signal: controller.signal });
  await until(() => existsSync(join(folder, 'begun')));
  controller.abort(new Error('interrupted'));
  await expect(obtained).rejects.toThrow('interrupted');
  expect(readdirSync(toolCache(environment))).toEqual([]);
  expect(existsSync(cached())).toBe(false);
});

describe('the download', () => {
  let server: Server;
  const asked: string[] = [];
  afterEach(() => server.close());

  /** The service that names the archive, and the archive. */
  async function serve(text = PROGRAM): Promise<string> {
    program(join(folder, 'archive', 'temporal'), text);
    spawnSync('tar', ['-czf', join(folder, 'temporal.tar.gz'), '-C', join(folder, 'archive'), 'temporal']);
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const { port } = server.address() as AddressInfo;
      if (request.url?.startsWith('/cli/'))
        response.end(
          JSON.stringify({ archiveUrl: `http://127.0.0.1:${port}/a.tar.gz`, fileToExtract: 'temporal' }),
        );
      else response.end(readFileSync(join(folder, 'temporal.tar.gz')));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const withTar = () => ({ ...environment, PATH: `${environment.PATH}:/usr/bin:/bin` });
  /** The hash of the archive that is served, for every platform. */
  const archives = () => {
    const hash = createHash('sha256')
      .update(readFileSync(join(folder, 'temporal.tar.gz')))
      .digest('hex');
    const systems = ['linux', 'darwin'].flatMap((system) => [`${system} amd64`, `${system} arm64`]);
    return Object.fromEntries(systems.map((system) => [system, hash]));
  };

  test('that is not the release is refused, and nothing of it is kept', async () => {
    const downloads = await serve();
    await expect(obtainTemporal({ env: withTar(), downloads })).rejects.toThrow(
      /download: .*a\.tar\.gz is not release 1\.5\.1: SHA-256 [0-9a-f]{64}, not [0-9a-f]{64}/,
    );
    expect(readdirSync(toolCache(environment))).toEqual([]);
  });

  test('of another version is refused', async () => {
    const downloads = await serve('#!/bin/sh\necho "temporal version 1.5.10 (Server 1)"\n');
    await expect(obtainTemporal({ env: withTar(), downloads, archives: archives() })).rejects.toThrow(
      /is not version 1\.5\.1: it says "temporal version 1\.5\.10/,
    );
    expect(existsSync(cached())).toBe(false);
  });

  test('of the pinned release is unpacked into the tool cache, which is its user’s alone', async () => {
    mkdirSync(toolCache(environment), { recursive: true, mode: 0o755 });
    const env = withTar();
    const downloads = await serve();
    expect(await obtainTemporal({ env, downloads, archives: archives() })).toEqual({
      path: cached(),
      source: 'download',
    });
    expect(asked.at(-2)).toMatch(
      new RegExp(`^/cli/v${VERSION}\\?arch=(amd64|arm64)&platform=(linux|darwin)`),
    );
    expect(spawnSync(cached(), { encoding: 'utf8' }).stdout).toContain(VERSION);
    expect(statSync(toolCache(env)).mode & 0o777).toBe(0o700);
  });
});
