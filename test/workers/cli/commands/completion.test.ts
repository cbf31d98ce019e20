import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../support/lake';
import { describeWithShell } from '../../../support/shells';
import { spymasterHere } from '../../../support/spymaster';

/** What bash offers after a line's words. */
async function offered(...words: string[]): Promise<string[]> {
  const { stdout } = await spymasterHere('completion', 'bash');
  const line = ['spymaster', ...words].map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _spymaster; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const run = spawnSync('bash', ['-c', `${stdout}\n${ask}`], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  return run.stdout.trimEnd().split('\n');
}

test('bash completes commands, subcommands, options and values', async () => {
  expect(await offered('sched')).toEqual(['schedules']);
  expect(await offered('schedules', 'p')).toEqual(['pause']);
  expect(await offered('dbn', 'FILE', '--form')).toEqual(['--format']);
  expect(await offered('dbn', 'FILE', '--format', '')).toEqual(['csv', 'jsonl', 'parquet']);
  expect(await offered('completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
  expect(await offered('build', '--f')).toEqual(['']);
});

describeWithShell('fish', ({ program, root, environment }) => {
  test('completes commands, subcommands, options and values', async () => {
    const { stdout } = await spymasterHere('completion', 'fish');
    const home = temporaryFolder();
    const file = join(home, 'spymaster.fish');
    writeFileSync(file, stdout);
    const functions = root
      ? `set -p fish_function_path ${join(root, 'usr', 'share', 'fish', 'functions')}; `
      : '';
    const env = { ...process.env, ...environment, HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home };
    const offered = (line: string) => {
      const script = `${functions}source ${file}; complete -C '${line}'`;
      const run = spawnSync(program, ['--no-config', '-c', script], { encoding: 'utf8', env, cwd: home });
      expect({ line, stderr: run.stderr }).toEqual({ line, stderr: '' });
      return run.stdout.trimEnd().split('\n');
    };
    expect(offered('spymaster sched')).toEqual(['schedules']);
    expect(offered('spymaster schedules p')).toEqual(['pause']);
    expect(offered('spymaster dbn FILE --form')).toEqual(['--format']);
    expect(offered('spymaster dbn FILE --format ')).toEqual(
      expect.arrayContaining(['csv', 'jsonl', 'parquet']),
    );
    // Of the subcommand, not of the command of the same name.
    expect(offered('spymaster schedules backfill --s')).toEqual(['--start']);
    expect(offered('spymaster completion ')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
    expect(offered('spymaster build --f')).toEqual(['']);
  });
});

/** Types each line and Tab into a zsh of a terminal, as a user does, then the key that keeps the line as it is by then. */
const TYPE = `
zmodload zsh/zpty
for line in "\${(@f)TYPED}"; do
  zpty z "$ZSH_PROGRAM -d -i"
  zpty -r -m z out '*ready*'
  zpty -w -n z "$line"$'\\t\\x18'
  while zpty -r z out; do :; done
  zpty -d z
done`;

const RC = `
unset zle_bracketed_paste; PS1=
autoload -U compinit && compinit -u -d $ZDOTDIR/dump
source $ZDOTDIR/spymaster.zsh
keep() { print -r -- $BUFFER >> $ZDOTDIR/kept; exit }
zle -N keep; bindkey '^X' keep
print rea''dy`;

describeWithShell('zsh', ({ program, root, environment }) => {
  test('completes commands, subcommands, options and values', async () => {
    const { stdout } = await spymasterHere('completion', 'zsh');
    const home = temporaryFolder();
    const places = root
      ? `module_path=(${root}/usr/lib/*-linux-gnu/zsh/*(/)); fpath=(${root}/usr/share/zsh/functions/**/*(/))`
      : '';
    writeFileSync(join(home, 'spymaster.zsh'), stdout);
    writeFileSync(join(home, '.zshrc'), places + RC);
    const completed = {
      'spymaster sched': 'spymaster schedules ',
      'spymaster schedules p': 'spymaster schedules pause ',
      'spymaster dbn FILE --form': 'spymaster dbn FILE --format ',
      'spymaster dbn FILE --format c': 'spymaster dbn FILE --format csv ',
      'spymaster schedules backfill --s': 'spymaster schedules backfill --start ',
    };
    const TYPED = Object.keys(completed).join('\n');
    const env = { ...process.env, ...environment, ZDOTDIR: home, TERM: 'dumb', ZSH_PROGRAM: program, TYPED };
    const run = spawnSync(program, ['-f', '-c', places + TYPE], { encoding: 'utf8', env, cwd: home });
    expect(run.stderr).toBe('');
    expect(
      readFileSync(join(home, 'kept'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => `${line.trimEnd()} `),
    ).toEqual(Object.values(completed));
  });
});
