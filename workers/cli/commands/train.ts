/** `spymaster train`: models trained through Temporal, judged, and promoted if they pass the gate. */
import type { WorkflowHandle } from '@temporalio/client';
import { InvalidArgumentError, type Command } from 'commander';
import { parseRetrain, type RetrainInput } from '../../../activities/planning/requests';
import { FAMILY_NAMES, type FamilyName } from '../../../graph/models/training/request';
import { productsOf } from '../../../graph/settings';
import { loadConfig } from '../../config';
import { withClient } from '../../temporal/client';
import { calendarDate, wholeNumber } from '../arguments';
import { openLakeId } from '../openLake';
import { untilInterrupted } from '../terminal/interrupt';
import { note, printJson } from '../terminal/output';
import { requireTraining, startTraining, watchTraining } from '../training/followTraining';

interface Options extends RetrainInput {
  detach?: boolean;
  json?: boolean;
}

const HELP = `
Candidates are fitted on top of the volatility baseline (volatility, distance and time of day), and judged on sessions after those they
were fitted to. One becomes champion only if its gain over base rate, baseline and champion is beyond chance at this month's look;
otherwise nothing changes, and the answer is that no edge is shown. Trials run as workflows of their own, and survive workers.
Ctrl-C leaves a training running.`;

export function define(train: Command): void {
  train
    // Checked with the request: what is required here would be of `watch` and `cancel` too.
    .option('--symbol <product>', 'product, such as ES')
    .option(
      '--start <date>',
      'first trade date to train on (default: every session that is built)',
      calendarDate,
    )
    .option('--end <date>', 'last one', calendarDate)
    .option('--families <list>', `of ${FAMILY_NAMES.join(',')} (default: all)`, parseFamilies)
    .option('--trials <n>', 'sets of parameters tried of each family (default: 16)', wholeNumber)
    .option('--parallel <n>', 'trials at once (default: 2)', wholeNumber)
    .option('--seed <n>', 'another seed, other trials (default: 1)', wholeNumber)
    .option('--detach', 'start it and do not wait')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .enablePositionalOptions()
    .action(start);
  train
    .command('watch <id>')
    .description('Show how it goes, until it ends.')
    .option('--json', 'print one JSON document')
    .action((id: string, { json }: { json?: boolean }) =>
      onOne(id, (handle, signal) => watchTraining(handle, signal, { json })),
    );
  train
    .command('cancel <id>')
    .description('End it, and everything it has under way.')
    .option('--json', 'print one JSON document')
    .action((id: string, { json }: { json?: boolean }) =>
      onOne(id, async (handle, signal) => {
        await handle.cancel();
        await watchTraining(handle, signal, { json, cancelling: true });
      }),
    );
}

async function start({ detach, json, ...input }: Options): Promise<void> {
  // Before it is a workflow, which would have to fail.
  const { symbol } = parseRetrain(input);
  productsOf(loadConfig().features).productOf(symbol);
  const lake = await openLakeId();
  await withClient((client) =>
    // From before it starts: Ctrl-C always says how to come back to what is running then.
    untilInterrupted(async (signal) => {
      const handle = await startTraining(client, lake, input);
      if (!detach) return watchTraining(handle, signal, { json });
      const { workflowId } = handle;
      if (json) printJson({ workflowId });
      else note(`Started ${workflowId}: \`./spymaster train watch ${workflowId}\` shows how it goes.`);
    }),
  );
}

const onOne = (
  id: string,
  work: (handle: WorkflowHandle, signal: AbortSignal) => Promise<void>,
): Promise<void> =>
  withClient((client) =>
    untilInterrupted(async (signal) => {
      const handle = client.workflow.getHandle(id);
      await requireTraining(handle);
      await work(handle, signal);
    }),
  );

function parseFamilies(text: string): FamilyName[] {
  const names = text.split(',');
  const unknown = names.find((name) => !(FAMILY_NAMES as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`There is no family ${unknown}: choose of ${FAMILY_NAMES.join(',')}.`);
  return names as FamilyName[];
}
