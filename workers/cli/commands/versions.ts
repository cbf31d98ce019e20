/** `spymaster versions`: which build of the workers takes what is new. */
import type { Command } from 'commander';
import { SpymasterError } from '../../../graph/errors';
import { compiledBuild } from '../../temporal/build';
import { withClient } from '../../temporal/client';
import { promoteBuild, workerVersions } from '../../temporal/deployments';
import { openLakeId } from '../openLake';
import { note, printJson, printTable } from '../terminal/output';
import { timeCellOf } from '../terminal/times';

interface JsonOption {
  json?: boolean;
}

const HELP = `
Workers started with \`./spymaster worker --versioned\` take what their build was promoted for. A deploy: start the workers of the new build
beside the old ones, \`versions promote\`, and end the old ones when they are drained. Builds of a partition and trials of a training stay
with the build that began them; backfills, nights and sessions go on with the new one.`;

export function define(command: Command): void {
  command.addHelpText('after', HELP);
  command
    .command('list', { isDefault: true })
    .description('List the builds of this lake, newest first.')
    .option('--json', 'print one JSON document; times are UTC')
    .action(list);
  command
    .command('promote')
    .description('Have a build take all that is new; the one before finishes what it has begun.')
    .argument('[build]', 'as `versions list` has it; by default the one that is compiled here')
    .option('--json', 'print one JSON document')
    .action(promote);
}

async function list({ json }: JsonOption): Promise<void> {
  const lake = await openLakeId();
  const versions = await withClient((client) => workerVersions(client, lake));
  const here = compiledBuild() ?? null;
  if (json) return printJson({ lake, here, versions });
  if (versions.length === 0)
    return note(`${lake} has no versioned workers: \`./spymaster worker --versioned\` is one.`);
  printTable(
    ['build', 'state', 'since (ET)', ''],
    versions.map(({ build, state, since }) => [
      build,
      state,
      since === null ? '-' : timeCellOf(since),
      build === here ? 'compiled here' : '',
    ]),
  );
}

async function promote(given: string | undefined, { json }: JsonOption): Promise<void> {
  const build = given ?? compiledBuild();
  if (build === undefined)
    throw new SpymasterError('BadArgument', 'Nothing is compiled here', {
      field: 'build',
      expected: 'a build of `./spymaster versions`',
    });
  const lake = await openLakeId();
  const versions = await withClient(async (client) => {
    await promoteBuild(client, lake, build);
    return workerVersions(client, lake);
  });
  if (json) return printJson({ lake, build, versions });
  note(`Build ${build} takes what is new of ${lake}.`);
  for (const { build: old, state } of versions)
    if (state === 'draining')
      note(`Build ${old} finishes what it has begun; its workers may end when it is drained.`);
}
