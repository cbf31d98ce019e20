/** `spymaster schedules`: what Temporal starts by itself. */
import type { Command } from 'commander';
import { openLakeId } from '../openLake';
import { withClient } from '../../temporal/client';
import { applySchedules, listSchedules } from '../../temporal/schedules';
import { note, print, printJson, printTable } from '../terminal/output';
import { timeCellOf } from '../terminal/times';

export function define(schedules: Command): void {
  schedules
    .command('apply')
    .description('Make the schedules on the server those of temporal.yaml; paused ones stay paused.')
    .option('--json', 'print one JSON document')
    .action(apply);
  schedules
    .command('list')
    .description('List the schedules on the server, with their next and last times (ET).')
    .option('--json', 'print one JSON document')
    .action(list);
}

async function apply({ json }: { json?: boolean }): Promise<void> {
  const changes = await withClient(async (client, settings) =>
    applySchedules(client, await openLakeId(), settings.schedules),
  );
  if (json) return printJson({ schedules: changes });
  for (const { id, change, differences } of changes) {
    print(`${id}: ${change}\n`);
    for (const { fact, was, is } of differences) print(`  ${fact}: ${was} -> ${is}\n`);
  }
}

async function list({ json }: { json?: boolean }): Promise<void> {
  const listed = await withClient((client) => listSchedules(client));
  if (json) return printJson({ schedules: listed });
  if (listed.length === 0)
    return note('No schedules yet: `npx spymaster schedules apply` makes those of temporal.yaml.');
  printTable(
    ['schedule', 'cron', 'time zone', 'state', 'next (ET)', 'last (ET)', 'missed'],
    listed.map(({ id, facts, paused, next, last, missed }) => [
      id,
      facts.cron,
      facts['time-zone'],
      paused ? 'paused' : 'active',
      next[0] ? timeCellOf(next[0]) : '-',
      last ? timeCellOf(last) : '-',
      missed,
    ]),
  );
}
