/** Scripts of infra/azure, run with stand-ins for the programs they call. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AZURE } from '../bicep/deployments';
import { StandIn, type Answers, type Call, type Tables } from './standIn';

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
  calls: Call[];
  refused: string[];
}

const tables = (name: string): Tables =>
  (JSON.parse(readFileSync(join(AZURE, 'facts', name), 'utf8')) as { commands: Tables }).commands;
const TABLES = { ...tables('azureCli.json'), ...tables('azureMlCli.json') };

/**
 * Runs a script where `az` is the stand-in.
 * @param name its file, in infra/azure or anywhere
 * @param programs others by name, as lines of bash
 */
export async function runScript(
  name: string,
  args: readonly string[],
  answers: Answers,
  { programs = {}, env = {} }: { programs?: Record<string, string>; env?: NodeJS.ProcessEnv } = {},
): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), 'az-'));
  const standIn = new StandIn(TABLES, answers);
  try {
    for (const [program, text] of Object.entries({ az: await standIn.listen(), ...programs }))
      writeFileSync(join(folder, program), `#!/usr/bin/env bash\n${text}\n`, { mode: 0o755 });
    const child = spawn('bash', [resolve(AZURE, name), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: `${folder}:${process.env.PATH}`, HOME: folder, SPYMASTER_DEPLOY_PAUSE: '0', ...env },
    });
    const text = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (chunk: string) => (text[stream] += chunk));
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once('error', reject).once('close', resolve),
    );
    return { code, ...text, calls: standIn.calls, refused: standIn.refused };
  } finally {
    await standIn.close();
    rmSync(folder, { recursive: true });
  }
}
