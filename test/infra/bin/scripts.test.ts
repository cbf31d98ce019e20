/**
 * The scripts a clone is used by, in a small project of the same form: its compiler, checks, tests and program only write
 * down that they ran.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { PROJECT_ROOT } from '../../../infra/root';
import { VERSION } from '../../../infra/temporal/cli';
import { temporaryFolder } from '../../support/lake';

const SOURCES = ['graph', 'lake', 'activities', 'workflows', 'workers'];
/** What the scripts use besides. */
const FOLDERS = 'lake/store/makeFolders.js';
const ARGUMENTS = 'infra/bench/arguments.js';
const LOCK = JSON.stringify({ packages: { '': {}, 'node_modules/typescript': { version: '7.0.2' } } });

class Project {
  readonly root = temporaryFolder();
  readonly temporal = this.write('temporal', `#!/bin/sh\necho "temporal version ${VERSION}"\n`);

  constructor() {
    for (const folder of ['infra/bin', 'infra/browser', 'infra/temporal'])
      cpSync(join(PROJECT_ROOT, folder), join(this.root, folder), { recursive: true });
    chmodSync(this.temporal, 0o755);
    for (const file of [FOLDERS, ARGUMENTS]) this.write(file, readFileSync(join(PROJECT_ROOT, file), 'utf8'));
    for (const folder of SOURCES) this.write(`${folder}/x.ts`, '');
    for (const file of ['tsconfig.json', 'tsconfig.build.json']) this.write(file, '{}');
    for (const file of ['package-lock.json', 'node_modules/.package-lock.json']) this.write(file, LOCK);
    this.write('dist/workers/bundle.js', logging('bundle'));
    for (const program of ['workers/cli/main.js', 'infra/bench/main.js'])
      this.write(
        `dist/${program}`,
        logging(program, 'process.argv.slice(2)', 'process.env.TEMPORAL_CLI_PATH'),
      );
    this.tool('typescript/bin/tsc', 'tsc');
    this.tool('vite/bin/vite.js', 'vite');
    this.tool('oxlint/bin/oxlint', 'oxlint');
    this.tool('prettier/bin/prettier.cjs', 'prettier');
    this.tool('jest/bin/jest.js', 'jest');
  }

  /** Writes a file of the project; returns its path. */
  write(name: string, text: string): string {
    const path = join(this.root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** An installed program that fails where FAIL names it. */
  tool(path: string, name: string, more = ''): void {
    const failing = `if ((process.env.FAIL ?? '').split(',').includes('${name}')) { console.log('${name} says no'); process.exitCode = 1; }`;
    this.write(`node_modules/${path}`, `${logging(name, 'process.argv.slice(2)')}${more}${failing}`);
  }

  run(script: string, args: string[] = [], environment: NodeJS.ProcessEnv = {}) {
    const env = {
      ...process.env,
      LOG: join(this.root, 'log'),
      TEMPORAL_CLI_PATH: this.temporal,
      CHROME_PATH: this.temporal,
      SPYMASTER_TEST_AGAIN: '',
      ...environment,
    };
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(this.root, 'infra', 'bin', `${script}.js`), ...args],
      { env, encoding: 'utf8' },
    );
    return { status, stdout, stderr };
  }

  /** What ran since the last call, one a line. */
  ran(): string[] {
    const log = join(this.root, 'log');
    if (!existsSync(log)) return [];
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    rmSync(log);
    return lines;
  }
}

/** A script that appends its name, and values, to the log. */
const logging = (name: string, ...values: string[]) =>
  `require('node:fs').appendFileSync(process.env.LOG, ['${name}', ${values.join(', ')}].flat().join(' ') + '\\n');\n`;

let project: Project;
beforeEach(() => (project = new Project()));

const CLI = 'workers/cli/main.js';
const BUILD = ['tsc -p tsconfig.build.json', 'bundle', 'vite build workers/web --logLevel warn'];

describe('spymaster', () => {
  test('compiles what it runs, once, and again when a source has changed', () => {
    const run = () => project.run('spymaster', ['config', '--json']);
    expect(run()).toMatchObject({ status: 0, stdout: '' });
    const command = `${CLI} config --json ${project.temporal}`;
    expect(project.ran()).toEqual([...BUILD, command]);
    run();
    expect(project.ran()).toEqual([command]);
    const later = new Date(Date.now() + 10_000);
    utimesSync(project.write('graph/x.ts', 'changed'), later, later);
    run();
    expect(project.ran()).toEqual([...BUILD, command]);
  });

  test('says what the compiler says where that fails, runs nothing, and tries again', () => {
    const failed = project.run('spymaster', ['config'], { FAIL: 'tsc' });
    expect([failed.status, failed.stderr]).toEqual([1, expect.stringContaining('tsc says no') as string]);
    expect(project.ran()).toEqual(BUILD.slice(0, 1));
    expect(project.run('spymaster', ['config']).status).toBe(0);
    expect(project.ran()).toHaveLength(BUILD.length + 1);
  });

  test('asks for the dependencies where they are missing', () => {
    rmSync(join(project.root, 'node_modules'), { recursive: true });
    const { status, stderr } = project.run('spymaster');
    expect([status, stderr]).toEqual([1, expect.stringContaining('npm ci') as string]);
    expect(project.ran()).toEqual([]);
  });
});

describe('start and bench', () => {
  test.each([
    ['start', `${CLI} start --once`],
    ['bench', 'infra/bench/main.js --smoke'],
  ])('%s sets the clone up and hands over the temporal program', (script, command) => {
    expect(project.run(script, [command.split(' ').at(-1)!]).status).toBe(0);
    expect(project.ran()).toEqual([...BUILD, `${command} ${project.temporal}`]);
  });

  test('help is printed without anything being set up', () => {
    for (const script of ['bench', 'test'])
      for (const help of ['--help', '-h']) {
        const { status, stdout, stderr } = project.run(script, [help], { TEMPORAL_CLI_PATH: '/no/such' });
        expect([status, stderr]).toEqual([0, '']);
        expect(stdout).toMatch(/^Usage: npm /);
      }
    expect(project.ran()).toEqual([]);
    expect(project.run('start', ['--help'], { TEMPORAL_CLI_PATH: '/no/such' }).status).toBe(0);
    expect(project.ran().at(-1)).toContain(`${CLI} start --help`);
  });

  test('bench refuses what it does not know, and runs nothing', () => {
    for (const [args, message] of [
      [['--fast'], "Unknown option '--fast'"],
      [['dbn', 'nothing'], 'no such bench: nothing; there are dbn, book'],
    ] as const) {
      const { status, stdout, stderr } = project.run('bench', [...args]);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toContain(message);
    }
    expect(project.ran()).toEqual([]);
  });

  test('install what the lockfile names and is not there', () => {
    project.write('node_modules/.package-lock.json', LOCK.replace('7.0.2', '7.0.1'));
    const npm = project.write('npm.js', logging('npm', 'process.argv.slice(2)'));
    expect(project.run('start', [], { npm_execpath: npm }).status).toBe(0);
    expect(project.ran()[0]).toBe('npm ci');
  });

  test('end with one line where the temporal program is not to be had', () => {
    const { status, stderr } = project.run('start', [], { TEMPORAL_CLI_PATH: '/no/such' });
    expect(status).toBe(1);
    expect(stderr.trim().split('\n').at(-1)).toContain('/no/such');
    expect(project.ran()).not.toContain(expect.stringContaining(CLI));
  });
});

describe('test', () => {
  /** What jest leaves of one file: its tests, by what became of them. */
  const report = (name: string, passed: number, failed: number, skipped: number) => {
    const of = (status: string, count: number) => Array.from({ length: count }, () => ({ status }));
    const file = {
      name,
      status: failed > 0 ? 'failed' : 'passed',
      assertionResults: [...of('passed', passed), ...of('failed', failed), ...of('pending', skipped)],
    };
    return `require('node:fs').writeFileSync(process.argv.find((a) => a.startsWith('--outputFile=')).slice('--outputFile='.length),
      '${JSON.stringify({ testResults: [file] })}');\n`;
  };
  const CHECKS = [
    'tsc --noEmit',
    'tsc --noEmit -p workers/web',
    'oxlint --type-aware --deny-warnings',
    'prettier --check --log-level warn .',
  ];

  test('runs every check and the tests, and counts them', () => {
    project.tool('jest/bin/jest.js', 'jest', report('a', 8, 0, 1));
    const { status, stdout } = project.run('test', ['--silent']);
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/\n?8 passed, 0 failed, 1 skipped\n$/) as string,
    ]);
    const ran = project.ran().slice(BUILD.length);
    // Side by side, in any order.
    expect(ran.slice(0, CHECKS.length).sort()).toEqual([...CHECKS].sort());
    expect(ran[CHECKS.length]).toMatch(/^jest .* --silent$/);
  });

  test.each([
    ['tsc', 2],
    ['oxlint', 1],
    ['prettier', 1],
  ])('a failed check fails it, the tests run all the same: %s', (name, checks) => {
    project.run('spymaster');
    project.ran();
    project.tool('jest/bin/jest.js', 'jest', report('a', 8, 0, 1));
    const { status, stdout } = project.run('test', [], { FAIL: name });
    expect([status, stdout]).toEqual([
      1,
      expect.stringContaining(`8 passed, ${checks} failed, 1 skipped`) as string,
    ]);
    expect(project.ran().at(-1)).toMatch(/^jest /);
  });

  test.each([
    ['passes then', 8, 0, 0],
    ['fails again', 7, 1, 1],
  ])('a file that fails in CI is run again alone, and told where it %s', (_, passed, failed, code) => {
    const alone = `process.argv.includes('--runInBand')`;
    const second = `${report(join(project.root, 'a.test.ts'), passed, failed, 0)} process.exitCode = ${code};`;
    const first = `${report(join(project.root, 'a.test.ts'), 7, 1, 0)} process.exitCode = 1;`;
    project.tool('jest/bin/jest.js', 'jest', `if (${alone}) { ${second} } else { ${first} }`);
    const { status, stdout } = project.run('test', [], { SPYMASTER_TEST_AGAIN: 'true' });
    expect(status).toBe(code);
    expect(stdout).toContain('Run again alone: a.test.ts\n');
    expect(stdout.includes('Passed only when run again, which is a fault to mend: a.test.ts')).toBe(
      failed === 0,
    );
    expect(stdout).toMatch(new RegExp(`\n${passed} passed, ${failed} failed, 0 skipped\n$`));
    expect(project.ran().at(-1)).toMatch(/ --forceExit --runInBand --runTestsByPath \S+a\.test\.ts$/);
  });

  test('what a test leaves running is ended, and named: whoever reads the output need not wait for it', () => {
    const stay = 'setInterval(() => {}, 1000)';
    const leave = `require('node:child_process').spawn(process.execPath, ['-e', '${stay}'], { detached: true, stdio: 'inherit' }).unref();`;
    project.tool('jest/bin/jest.js', 'jest', `${report('a', 8, 0, 0)} ${leave}`);
    const { status, stdout } = project.run('test');
    expect(status).toBe(0);
    expect(stdout).toContain(`Left running by a test, and ended: ${process.execPath} -e ${stay}\n`);
  });

  test('failed tests fail it, and one that leaves no report does not pass', () => {
    project.tool('jest/bin/jest.js', 'jest', report('a', 6, 2, 1));
    const failed = project.run('test', [], { FAIL: 'jest' });
    expect([failed.status, failed.stdout]).toEqual([
      1,
      expect.stringContaining('6 passed, 2 failed') as string,
    ]);
    project.tool('jest/bin/jest.js', 'jest');
    expect(project.run('test', [], { FAIL: 'jest' }).status).toBe(1);
  });
});
