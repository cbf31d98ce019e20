/** `spymaster setup`: what a namespace of Temporal needs before work is done there; part of each deploy. */
import { InvalidArgumentError, type Command } from 'commander';
import type { Client } from '@temporalio/client';
import { withClient } from '../../temporal/client';
import { ensureNamespace, isRefused } from '../../temporal/namespace';
import { applySchedules } from '../../temporal/schedules';
import { registerSearchAttributes } from '../../temporal/searchAttributes';
import { wholeNumber } from '../arguments';
import { openLakeId } from '../openLake';
import { EXIT, note, print, printJson } from '../terminal/output';

interface Options {
  retention: number;
  json?: boolean;
}

/** Days that a namespace keeps what has ended: a session can be replayed a month later. */
const RETENTION = 30;

const HELP = `
Registers the namespace of temporal.yaml (or of TEMPORAL_NAMESPACE) where it is missing, its search attributes, and makes this lake's
schedules those of the file. A second time it changes nothing. Where the server lets search attributes be registered by its own tools alone,
as Temporal Cloud does (\`tcld namespace search-attributes add\`), they are named, and the exit code is 3.`;

export function define(command: Command): void {
  command
    .option(
      '--retention <days>',
      'how long a namespace that is registered keeps workflows that have ended',
      days,
      RETENTION,
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(setUp);
}

function days(text: string): number {
  const count = wholeNumber(text);
  if (count < 1) throw new InvalidArgumentError('It must be a day or more.');
  return count;
}

async function setUp({ retention, json }: Options): Promise<void> {
  const lake = await openLakeId();
  await withClient(async (client, settings) => {
    const { namespace } = client.options;
    const isNew = await ensureNamespace(client, retention);
    const attributes = await searchAttributes(client, settings.searchAttributes);
    const schedules = await applySchedules(client, lake, settings.schedules);
    if (attributes.refused) process.exitCode = EXIT.partial;
    if (json)
      return printJson({
        namespace: { name: namespace, change: isNew ? 'registered' : 'unchanged' },
        searchAttributes: attributes,
        schedules,
      });
    print(`namespace ${namespace}: ${isNew ? `registered, keeps ${retention} days` : 'unchanged'}\n`);
    print(`search attributes: ${attributes.registered.join(', ') || 'unchanged'}\n`);
    for (const { id, change } of schedules) print(`schedule ${id}: ${change}\n`);
    if (attributes.refused)
      note(
        `The server lets no search attributes be registered from here. Those that are needed: ${Object.entries(
          settings.searchAttributes,
        )
          .map(([name, type]) => `${name} (${type})`)
          .join(', ')}.`,
      );
  });
}

async function searchAttributes(
  client: Client,
  wanted: Record<string, string>,
): Promise<{ registered: string[]; refused: boolean }> {
  try {
    const { namespace } = client.options;
    return {
      registered: await registerSearchAttributes(client.connection, namespace, wanted),
      refused: false,
    };
  } catch (error) {
    if (!isRefused(error)) throw error;
    return { registered: [], refused: true };
  }
}
