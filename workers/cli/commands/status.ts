/** `spymaster status`: how everything is, on one page. */
import type { Command } from 'commander';
import { lakeStatus } from '../../../activities/reports/lakeStatus';
import { knownLakeId } from '../../../lake/identity';
import { loadConfig } from '../../config';
import { serverState } from '../../temporal/serverState';
import { openExistingLake } from '../openLake';
import { printStatus } from '../summaries/status';
import { printJson } from '../terminal/output';

const HELP = `
The lake and what it holds; whether the Temporal server answers (within 2 s), the workers of this lake, its backfills and market
sessions that run, these with position and lag; and
partitions that failed, are blocked, were cut short, are stale or warned of, with the command that helps.
Exit code: 0 whatever the state is; 1 it could not be told.`;

export function define(command: Command): void {
  command.option('--json', 'print one JSON document').addHelpText('after', HELP).action(showStatus);
}

async function showStatus({ json }: { json?: boolean }): Promise<void> {
  const config = loadConfig();
  const opened = await openExistingLake(config);
  const id = await knownLakeId(opened.store);
  const [lake, server] = await Promise.all([lakeStatus(opened, config), serverState(id)]);
  if (json) printJson({ lake, server });
  else printStatus(lake, server);
}
