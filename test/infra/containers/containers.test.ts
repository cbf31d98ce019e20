import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import Ajv from 'ajv';
import { Command } from 'commander';
import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { parseDocument } from 'yaml';
import { PROJECT_ROOT } from '../../../infra/root';
import { COMMANDS } from '../../../workers/cli/commands';
import { isRead } from '../../support/variablesRead';

const CONTAINERS = join(PROJECT_ROOT, 'infra', 'containers');
const text = (...place: string[]) => readFileSync(join(PROJECT_ROOT, ...place), 'utf8');
const dockerfile = text('infra', 'containers', 'Dockerfile');
const image = DockerfileParser.parse(dockerfile);

interface Service {
  command: string[];
  environment: Record<string, string>;
  read_only: boolean;
  user: string;
  cap_drop: string[];
  volumes: string[];
  network_mode?: string;
}
const composed = parseDocument(text('infra', 'containers', 'compose.yaml'), { merge: true }).toJS() as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};

/** Instructions of a stage, or of all. */
const instructions = (keyword: string): Instruction[] =>
  image.getInstructions().filter((instruction) => instruction.getKeyword() === keyword);
const wordsOf = (instruction: Instruction): string[] =>
  instruction.getArguments().map((argument) => argument.getValue());

/** Whether something is copied from a stage before. */
const isFromStage = (copy: Instruction, stage = ''): boolean =>
  dockerfile.split('\n')[copy.getRange().start.line].includes(`--from=${stage}`);

test('the Dockerfile is one, without warnings', () => {
  const problems = validate(dockerfile).map(({ range, message }) => [range.start.line + 1, message]);
  expect(problems).toEqual([]);
  expect(validate('FROM node\nCOPPY a b\n')).not.toEqual([]);
});

/** What `.dockerignore` leaves in: a list of what is to be there, and of what of it is not. */
function isSent(place: string): boolean {
  const lines = text('.dockerignore')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));
  let sent = true;
  for (const line of lines) {
    const pattern = line.replace(/^!/, '');
    if (pattern === '*' || place === pattern || place.startsWith(`${pattern}/`)) sent = line.startsWith('!');
  }
  return sent;
}

test('everything that is copied is there, and is sent to the builder', () => {
  const copied = instructions('COPY')
    .filter((copy) => !isFromStage(copy))
    .map(wordsOf);
  const places = copied.flatMap((words) => words.slice(0, -1));
  expect(places.length).toBeGreaterThan(8);
  for (const place of places)
    expect([place, existsSync(join(PROJECT_ROOT, place)), isSent(place)]).toEqual([place, true, true]);
});

test('secrets, data, tests and what was installed here are not sent', () => {
  for (const place of [
    '.env',
    '.git',
    '.spymaster',
    'node_modules',
    'dist',
    'test',
    'spymaster.config.yaml',
    'infra/azure',
  ])
    expect([place, isSent(place)]).toEqual([place, false]);
});

test('whatever the sources import from the project is copied', () => {
  const folders = new Set(instructions('COPY').flatMap(wordsOf));
  const builds = JSON.parse(text('tsconfig.build.json')) as { include: string[] };
  for (const folder of builds.include.map((one) => one.split('/')[0]))
    expect([folder, folders.has(folder)]).toEqual([folder, true]);
});

test('the image is of the Node the product is made for, and its processes are those of a user without rights', () => {
  const [argument] = wordsOf(instructions('ARG')[0]);
  expect(argument).toMatch(/^NODE_IMAGE=node:20\.20\.\d+-bookworm-slim$/);
  const froms = instructions('FROM').map((from) => wordsOf(from)[0]);
  for (const from of froms) expect(from).toMatch(/^\$\{NODE_IMAGE\}$|^processes$|^temporalio\/temporal:\d/);
  expect(instructions('USER').map(wordsOf)).toEqual([['10001']]);
  expect(dockerfile).toMatch(/useradd .*--uid 10001/);
});

test('the Temporal of one machine is the version the project takes otherwise', () => {
  const version = /const VERSION = '(.+)'/.exec(text('infra', 'temporal', 'cli.js'))![1];
  expect(dockerfile).toContain(`FROM temporalio/temporal:${version} AS temporal`);
});

test('the image says what is in it', () => {
  // The other way around npm tells of what is missing, and fails.
  expect(dockerfile).toMatch(
    /npm sbom --omit=dev --sbom-format cyclonedx > sbom\.cdx\.json && npm prune --omit=dev/,
  );
  expect(instructions('COPY').flatMap(wordsOf)).toContain('/app/sbom.cdx.json');
});

/** Modules that compiled files ask for. */
function* required(folder: string): Generator<string> {
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.js') || file.startsWith('web') || file.startsWith(join('infra', 'bench'))) continue;
    for (const [, module] of readFileSync(join(folder, file), 'utf8').matchAll(
      /(?:require|import)\("([^"./][^"]*)"\)/g,
    ))
      yield module;
  }
}

test('what runs in the image needs nothing that was only needed to build it', () => {
  const { packages } = JSON.parse(text('package-lock.json')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  const modules = new Set(
    [...required(join(PROJECT_ROOT, 'dist'))].filter(
      (name) => !name.startsWith('node:') && !builtinModules.includes(name),
    ),
  );
  const names = [...modules].map((name) =>
    name
      .split('/')
      .slice(0, name.startsWith('@') ? 2 : 1)
      .join('/'),
  );
  expect(names.length).toBeGreaterThan(10);
  const lacking = names.filter(
    (name) => packages[`node_modules/${name}`]?.dev !== undefined || !packages[`node_modules/${name}`],
  );
  expect([...new Set(lacking)]).toEqual([]);
});

test('as it lies in the image, the product runs', async () => {
  const app = mkdtempSync(join(tmpdir(), 'image-'));
  try {
    const copied = instructions('COPY')
      .filter((copy) => isFromStage(copy, 'build'))
      .map(wordsOf);
    for (const words of copied)
      for (const place of words.slice(0, -1).map((one) => one.replace(/^\/app\//, ''))) {
        if (place === 'sbom.cdx.json') continue;
        mkdirSync(dirname(join(app, place)), { recursive: true });
        symlinkSync(join(PROJECT_ROOT, place), join(app, place));
      }
    // Links are kept as they are, so that it finds what lies beside it there and not in the project.
    const node = ['--preserve-symlinks', '--preserve-symlinks-main'];
    const entry = JSON.parse(wordsOf(instructions('ENTRYPOINT')[0]).join('')) as string[];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...node, join(app, entry[1]), 'config', '--json'],
      {
        cwd: app,
        env: { PATH: process.env.PATH, SPYMASTER_LAKE: '/lake' },
      },
    );
    expect(JSON.parse(stdout)).toMatchObject({ lake: '/lake' });
  } finally {
    rmSync(app, { recursive: true });
  }
});

test('the file for one server is as the specification of Compose has it', () => {
  const schema = JSON.parse(text('node_modules', 'dclint', 'schemas', 'compose.schema.json')) as object;
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, validateSchema: false });
  const valid = ajv.compile({ ...schema, $schema: undefined });
  expect([valid(composed), valid.errors]).toEqual([true, null]);
  expect(valid({ services: { one: { imagee: 'a' } } })).toBe(false);
});

test.each(Object.entries(composed.services))(
  'service %s runs a command of the product, and can change nothing but state and lake',
  async (_, service) => {
    const [name, ...options] = service.command;
    const command = new Command(name).exitOverride().configureOutput({ writeErr: () => {} });
    COMMANDS.find(({ usage }) => usage.split(' ')[0] === name)!
      .load()
      .define(command);
    await command.action(() => {}).parseAsync(options, { from: 'user' });
    expect(service).toMatchObject({
      read_only: true,
      user: '10001',
      cap_drop: ['ALL'],
      volumes: ['state:/app/.spymaster', 'lake:/lake'],
    });
    expect(service.environment.SPYMASTER_LAKE).toBe('/lake');
    for (const variable of Object.keys(service.environment))
      expect([variable, isRead(variable)]).toEqual([variable, true]);
  },
);

test('all of them see what the server runs, and those that a browser reaches want a token', () => {
  const { server, ...others } = composed.services;
  expect(server.network_mode).toBeUndefined();
  for (const service of Object.values(others))
    expect(service).toMatchObject({ network_mode: 'service:server', pid: 'service:server' });
  expect(composed.services.gateway.environment.SPYMASTER_GATEWAY_TOKEN).toMatch(
    /^\$\{SPYMASTER_GATEWAY_TOKEN:\?/,
  );
  expect(Object.keys(composed.volumes)).toEqual(['state', 'lake']);
});

test('no file beside them is left unread', () => {
  expect(readdirSync(CONTAINERS).sort()).toEqual(['Dockerfile', 'compose.yaml']);
});
