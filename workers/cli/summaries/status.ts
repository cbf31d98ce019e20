/** The state of lake and server as people read it. Times are New York's. */
import type { PartitionRow } from '../../../activities/planning/partitionGrid';
import { TROUBLES, type LakeStatus, type Trouble } from '../../../activities/reports/lakeStatus';
import type { RunningBackfill, ServerState } from '../../temporal/serverState';
import type { Tone } from '../terminal/colour';
import { print, printTable } from '../terminal/output';
import { bar } from '../terminal/progress';
import { timeCellOf } from '../terminal/times';
import type { SessionProgress } from '../../../workflows/messages';
import { positionText } from '../../../workflows/sessionDetails';
import { sessionLine } from '../session/sessionReport';
import { backfillCommands } from './rebuild';

/** Partitions named of each trouble; `./spymaster partitions` has all. */
const MAX_NAMED = 3;

export function printStatus(lake: LakeStatus, server: ServerState): void {
  const lines: [label: string, text: string, tone?: Tone][] = [
    ['lake', `${lake.path}${lake.id === null ? '' : ` (${lake.id})`}, ${sizeText(lake.bytes)}`],
    ['raw files', rawText(lake)],
    ['sessions', sessionsText(lake)],
    ['last build', lastText(lake)],
    ['server', serverText(server), server.up && server.problem === undefined ? undefined : 'bad'],
    ...workerLines(server),
    ...backfillLines(server),
    ...sessionLines(server),
  ];
  for (const [label, text, tone] of lines) print(`${label.padEnd(12)}${text}\n`, tone);
  print('\n');
  const troubles = TROUBLES.filter((trouble) => lake.partitions[trouble].length > 0);
  if (troubles.length === 0) return print('No partition failed, is stale or warned of.\n', 'good');
  printTable(
    ['partitions', 'count', 'which', 'what helps'],
    troubles.flatMap((trouble) => {
      // The latest are those somebody is waiting for.
      const rows = lake.partitions[trouble].toReversed();
      const [first, ...more] = helpFor(trouble, rows, server.backfills);
      return [[trouble, rows.length, namesOf(rows), first], ...more.map((command) => ['', '', '', command])];
    }),
  );
}

const spanText = (dates: { first: string; last: string } | null): string =>
  dates === null ? '' : dates.first === dates.last ? `, ${dates.first}` : `, ${dates.first} to ${dates.last}`;

const rawText = ({ raw }: LakeStatus): string =>
  raw.files === 0 ? 'none: `./spymaster import FILE` takes some in' : `${raw.files}${spanText(raw.dates)}`;

function sessionsText({ sessions, raw }: LakeStatus): string {
  if (sessions.built > 0) return `${sessions.built} built${spanText(sessions.dates)}`;
  return raw.files === 0 ? 'none built' : 'none built: `./spymaster partitions` says how';
}

const lastText = ({ lastBuild }: LakeStatus): string =>
  lastBuild === null
    ? 'none yet'
    : `${lastBuild.layer} of ${spaced(lastBuild.partition)}: ${lastBuild.status}, ${timeText(lastBuild.at)}`;

const serverText = ({ address, up, problem }: ServerState): string =>
  [...(up ? [`${address} answers`] : []), ...(problem === undefined ? [] : [problem])].join(', but: ');

const TAKES = { control: 'workflows', cpu: 'stages', live: 'live sessions' };

function workerLines({ up, workers, build }: ServerState): [string, string, Tone?][] {
  if (!up) return [];
  if (workers.length === 0)
    return [['workers', 'none of this lake: `./spymaster worker` starts one', 'warn']];
  return workers.map(({ process, takes, build: runs }, k) => {
    const text = `${process}, for ${takes.map((role) => TAKES[role]).join(', ')}`;
    const label = k === 0 ? 'workers' : '';
    if (build === null || runs === build) return [label, text];
    return [
      label,
      `${text}; it runs other code (${runs ?? 'older'}) than is here (${build}): stop it and start it again`,
      'warn',
    ];
  });
}

function backfillLines({ up, backfills }: ServerState): [string, string][] {
  if (!up) return [];
  if (backfills.length === 0) return [['backfills', 'none runs']];
  return backfills.map(({ workflowId, started, progress }, k) => [
    k === 0 ? 'backfills' : '',
    progress === null
      ? `${workflowId}, since ${timeText(started)}: no worker tells how it goes`
      : `${workflowId} ${bar(progress.counts.done, progress.counts.total)} ${progress.phase}, since ${timeText(started)}`,
  ]);
}

function sessionLines({ up, sessions }: ServerState): [string, string][] {
  if (!up) return [];
  if (sessions.length === 0) return [['live', 'no market session runs']];
  return sessions.map(({ workflowId, started, progress }, k) => [
    k === 0 ? 'live' : '',
    progress === null
      ? `${workflowId}, since ${timeText(started)}: no worker tells how it goes`
      : `${workflowId}: ${sessionLine(progress)}${placeText(progress)}`,
  ]);
}

const placeText = ({ position }: SessionProgress) =>
  position && position.partition !== null ? ` | ${positionText(position)}` : '';

function namesOf(rows: readonly PartitionRow[]): string {
  const named = rows.slice(0, MAX_NAMED).map(({ layer, key }) => `${layer} ${spaced(key)}`);
  return [...named, ...(rows.length > MAX_NAMED ? ['...'] : [])].join(', ');
}

/** Commands for a trouble. */
function helpFor(
  trouble: Trouble,
  rows: readonly PartitionRow[],
  running: readonly RunningBackfill[],
): string[] {
  const dated = rows.flatMap(({ product, contract, tradeDate }) =>
    tradeDate === undefined ? [] : [{ product, contract, tradeDate }],
  );
  switch (trouble) {
    case 'failed':
    case 'stale':
      return backfillCommands(dated, trouble);
    case 'building':
      return running.length > 0 ? ['being built, or cut short'] : backfillCommands(dated);
    default: {
      const commands = dated.map(
        ({ product, contract, tradeDate }) =>
          `./spymaster quality ${tradeDate} --symbol ${product}${contract === undefined ? '' : ` --contract ${contract}`}`,
      );
      return [...new Set(commands)].slice(0, MAX_NAMED);
    }
  }
}

const spaced = (key: string) => key.replaceAll('/', ' ');

const timeText = (iso: string) => `${timeCellOf(iso)} ET`;

function sizeText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let [size, k] = [bytes, 0];
  for (; size >= 1000 && k < units.length - 1; k++) size /= 1000;
  return `${k === 0 ? size : size.toPrecision(3)} ${units[k]}`;
}
