import { spawnSync } from 'node:child_process';
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
