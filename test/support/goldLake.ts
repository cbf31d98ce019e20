/** A lake whose Gold holds given examples, as if it had been built: for what begins with Gold, where building it is not what is tested. */
import { TABLES } from '../../graph/catalog/declaration';
import { buildRow, opsPartitions } from '../../graph/catalog/partitionsTable';
import type { Row, TableContract } from '../../graph/datasets/schema';
import { contractDate, keyText } from '../../graph/datasets/units';
import { goldEpisodes, goldOutcomes } from '../../graph/episodes/episodeTables';
import type { Example } from '../../graph/models/training/example';
import { CHANNELS } from '../../graph/vectors/sequence';
import { FEATURE_TABLE } from '../../graph/vectors/features';
import { goldVectors } from '../../graph/vectors/vectorsTable';
import { Lake } from '../../lake/lake';
import { anyRow } from './anyRow';
import { commitOptions } from './lake';
import { TableBuilder } from './tables';

/** Bars of an approach's sequence: five minutes. */
const BARS = 60;

/** @param folder of a lake, which may hold more */
export async function goldLake(folder: string, examples: readonly Example[]): Promise<Lake> {
  const lake = await Lake.open(folder, TABLES);
  const dates = new Map<string, Example[]>();
  for (const example of examples) {
    const key = `${example.contract} ${example.session}`;
    dates.set(key, [...(dates.get(key) ?? []), example]);
  }
  for (const [key, of] of dates) {
    const [contract, session] = key.split(' ');
    await writeDate(lake, contract, session, of);
  }
  return lake;
}

async function writeDate(
  lake: Lake,
  contract: string,
  session: string,
  of: readonly Example[],
): Promise<void> {
  const partition = { contract, trade_date: session };
  const write = async (table: TableContract, rowOf: (example: Example) => Row) => {
    const rows = new TableBuilder(table);
    of.forEach((example, i) => rows.push({ ...anyRow(table, i), ...rowOf(example) }));
    await lake.table(table).overwritePartition(partition, [rows.build()], commitOptions());
  };
  await write(goldEpisodes, (example) => ({
    episode_id: example.episodeId,
    level_kind: example.level,
    direction: example.direction,
    time_of_day: example.timeOfDay,
    touch_ts: example.touchAt,
    touch_distance: example.touchDistance,
    minutes_since_open: example.minutesSinceOpen,
    approach_start_distance: 20,
  }));
  await write(goldOutcomes, (example) => ({
    episode_id: example.episodeId,
    horizon_minutes: 8,
    is_primary: true,
    outcome: example.outcome,
    touch_ts: example.touchAt,
  }));
  await write(goldVectors, ({ episodeId, touchAt, raw, masked }) => ({
    episode_id: episodeId,
    touch_ts: touchAt,
    feature_table: FEATURE_TABLE,
    raw: Float32Array.from(raw),
    has_geometry: !masked.geometry,
    has_book: !masked.book,
    has_options: !masked.options,
    sequence: new Float32Array(BARS * CHANNELS.length).fill(0.5),
    sequence_bars: BARS,
    sequence_channels: CHANNELS.length,
  }));
  const built = contractDate(contract, session);
  const row = buildRow({
    layer: 'gold',
    partition: built,
    product: 'ES',
    status: 'published',
    digest: `gold of ${keyText(built)}`,
    provenance: { code: {}, settings: {}, inputs: {} },
    codeVersion: '1',
    rows: of.length,
    seconds: 0,
    fence: 1,
    workflowId: 'test',
    runId: 'test',
    reason: null,
    finishedAt: of[0].touchAt,
  });
  await lake
    .table(opsPartitions)
    .overwritePartition({ layer: 'gold', partition: keyText(built) }, [row], commitOptions());
}
