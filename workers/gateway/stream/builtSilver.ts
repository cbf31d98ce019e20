/** Silver of a session as it was built: the rows its operator would give, without computing them again. */
import { LastBuilds } from '../../../activities/publishing/lastBuilds';
import { Upstreams } from '../../../activities/planning/upstream';
import { silverBars } from '../../../graph/bars/barsTable';
import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import { sliceRows, type TableBatch } from '../../../graph/datasets/schema';
import { contractDate, keyText } from '../../../graph/datasets/units';
import { NS_PER_SECOND } from '../../../graph/market/time';
import { BAR_MESSAGE_COLUMNS } from '../../../graph/screen/sessionMessages';
import type { SessionFrame } from '../../../graph/session/inputs';
import type { FeatureSettings } from '../../../graph/settings';
import { SILVER_COLUMNS } from '../../../graph/vectors/silverMemory';
import type { Lake } from '../../../lake/lake';

export class BuiltSilver {
  private next = 0;
  private row = 0;

  private constructor(
    /** Every row that vectors are computed from, in the order in which tables are handed over. */
    readonly rows: readonly TableBatch[],
    /** What screens are told of the bars. */
    private readonly bars: readonly TableBatch[],
    private readonly frame: SessionFrame,
  ) {}

  /**
   * Reads it.
   * @param features the configured ones, of which the frame has what holds for its product
   * @returns undefined where it is not built of the records that Bronze has now, by this code and these settings
   */
  static async read(
    lake: Lake,
    frame: SessionFrame,
    features: FeatureSettings,
    signal: AbortSignal,
  ): Promise<BuiltSilver | undefined> {
    if (!(await isCurrent(lake, frame, features))) return undefined;
    const key = { contract: frame.contract, trade_date: frame.tradeDate };
    const read = async (name: string, columns: readonly string[]): Promise<TableBatch[]> => {
      const batches: TableBatch[] = [];
      const table = lake.table(DATASET_GRAPH.table(name));
      for await (const batch of table.readPartition(key, { columns, signal })) batches.push(batch);
      return batches;
    };
    const tables = Object.entries(SILVER_COLUMNS).map(([name, columns]) => read(name, columns));
    const bars = await read(silverBars.name, BAR_MESSAGE_COLUMNS);
    return new BuiltSilver((await Promise.all(tables)).flat(), bars, frame);
  }

  /** Bars that were complete by a time of the market, ns since the origin, and were not handed out before. */
  barsBy(t: number): TableBatch[] {
    const { origin, settings } = this.frame;
    const latest = t - settings.bars.seconds * NS_PER_SECOND;
    const taken: TableBatch[] = [];
    for (; this.next < this.bars.length; this.next++, this.row = 0) {
      const batch = this.bars[this.next];
      const starts = batch.columns.bar_start_utc as BigInt64Array;
      const from = this.row;
      while (this.row < batch.rowCount && Number(starts[this.row] - origin.ns) <= latest) this.row++;
      if (this.row > from) taken.push(sliceRows(batch, from, this.row));
      if (this.row < batch.rowCount) break;
    }
    return taken;
  }
}

async function isCurrent(
  lake: Lake,
  { contract, tradeDate }: SessionFrame,
  features: FeatureSettings,
): Promise<boolean> {
  const partition = contractDate(contract, tradeDate);
  const key = keyText(partition);
  const builds = await LastBuilds.read(lake, (_, of) => of === key);
  const build = builds.of('silver', partition);
  if (build?.status !== 'published') return false;
  const upstreams = new Upstreams(DATASET_GRAPH, await lake.raw.catalog(), features, builds);
  return upstreams.digest('silver', partition) === build.digest;
}
