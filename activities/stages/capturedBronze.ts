/** Bronze of a contract-date that raw files do not cover: what a live worker has captured of it is checked as records of files are, and stays. */
import { keyText } from '../../graph/datasets/units';
import { SpymasterError } from '../../graph/errors';
import { blocking, bronzeChecks, type CheckResult } from '../../graph/quality/checks';
import { checkOf, qualityChecks } from '../../graph/quality/checksTable';
import { bronzeDeadLetters } from '../../graph/records/deadLettersTable';
import { bronzeMbo } from '../../graph/records/mboTable';
import { frameOf } from '../../graph/session/inputs';
import { SessionFilter } from '../../graph/session/sessionFilter';
import type { Ended } from '../publishing/publication';
import type { Build } from './build';

const EVERY = { has: () => true };
const NONE = { has: () => false };

const MIXED: CheckResult = {
  check: 'mixed_data',
  severity: 'blocking',
  passed: false,
  value: 1,
  limit: 0,
  message: 'simulated records beside real ones came of one date: a hub is fed with those of one kind',
};

/** @throws SpymasterError NoInput where nothing was captured */
export async function buildCapturedBronze(build: Build): Promise<Ended> {
  const { layer, partition, lake, graph, features: settings, publication, context } = build;
  const { progress, signal } = context;
  const { contract, trade_date: tradeDate } = partition.key;
  if (build.captured?.data === 'simulated and real') return publication.end([MIXED]);
  const rowsOf = async (table: typeof bronzeMbo) =>
    (await lake.table(table).snapshot()).partition({ ...partition.key })?.rows ?? 0;
  const total = await rowsOf(bronzeMbo);
  if (total === 0) throw new SpymasterError('NoInput', `Nothing of ${contract} ${tradeDate} was captured`);

  const filter = new SessionFilter(frameOf({ contract, tradeDate, settings }), {
    keep: () => {},
    reject: () => {},
  });
  filter.begin(EVERY, NONE);
  let done = 0;
  await lake.table(bronzeMbo).readMbo(
    { ...partition.key },
    (batch) => {
      filter.push(batch);
      done += batch.length;
      progress({ phase: 'reading what was captured', done, total });
    },
    { signal },
  );
  // Those that could not be used were set aside as they came in.
  const deadLetters = await rowsOf(bronzeDeadLetters);
  const found = bronzeChecks({ ...filter.facts(total + deadLetters), deadLetters });
  const checks = [...found, ...(await checksOfFeed(build, found))];
  if (blocking(checks).length === 0) for (const table of graph.tablesOf(layer)) await publication.keep(table);
  return publication.end(checks);
}

/** What the live worker has found besides: of the feed's packets, and of the options. */
async function checksOfFeed(
  { layer, partition, lake }: Build,
  found: readonly CheckResult[],
): Promise<CheckResult[]> {
  const place = { layer, partition: keyText(partition) };
  const told = (await lake.table(qualityChecks).readRows({ partition: place })).map(checkOf);
  return told.filter(({ check }) => !found.some((one) => one.check === check));
}
