/**
 * Forecasts of a product's champion, or of a version that is named, and of base rates where there is none. Used within a process, by the live worker, and behind HTTP.
 * The champion is exchanged while forecasts go on: those that have begun are finished by the one they began with.
 */
import { opsPartitions } from '../../graph/catalog/partitionsTable';
import { versionText, type ModelRecord } from '../../graph/models/registry/modelVersion';
import { CLASSES } from '../../graph/models/scores';
import { opsIndexPins } from '../../graph/precedents/indexPinsTable';
import type { PartitionRates } from '../../graph/precedents/partitionRates';
import {
  edgeOf,
  forecastOf,
  neverPromoted,
  otherSettings,
  type Edge,
  type Forecast,
} from '../../graph/scoring/forecast';
import type { RequestProblem } from '../../graph/requestProblems';
import type { ScoreRow } from '../../graph/scoring/request';
import type { AliasChange } from '../../graph/models/registry/aliasesTable';
import type { Measured } from '../../graph/models/training/baselineRows';
import { missingFact, rowParts } from '../../graph/scoring/rowParts';
import { timesOfDay } from '../../graph/episodes/episode';
import { DEFAULT_SETTINGS, settingsFor, type FeatureSettings } from '../../graph/settings';
import type { Lake } from '../../lake/lake';
import { currentIndexVersion } from '../precedents/indexPlan';
import { measuredBy, measurementVersion } from './measured';
import { readPartitionRates } from './partitionRates';
import { ModelRegistry } from './registry';
import { ServedModel } from './servedModel';

interface Champion {
  readonly record: ModelRecord;
  readonly model: ServedModel;
}

/** What is served now. */
interface Served {
  readonly champion: Champion | null;
  readonly edge: Edge;
}

/** What earlier sessions tell whatever the champion is. */
interface Past {
  readonly rates: PartitionRates;
  /** Version of the index of precedents. */
  readonly index: string | null;
}

const readPast = async (lake: Lake, product: string): Promise<Past> => ({
  rates: await readPartitionRates(lake, product),
  index: await currentIndexVersion(lake, product),
});

/** The past is counted anew no more often: a backfill publishes many partitions a minute. */
const PAST_EVERY_MS = 60_000;

export class Scorer {
  private aliasesVersion = NaN;
  /** Of what has been counted, and when that was. */
  private pastVersion = '';
  private pastAt = -Infinity;
  private refreshing: Promise<boolean> | undefined;
  private readonly retired = new Set<Promise<void>>();
  private readonly settingsVersion: string;

  private constructor(
    private readonly lake: Lake,
    private readonly registry: ModelRegistry,
    readonly product: string,
    private readonly measured: Measured,
    /** Parts of the day by the settings: rows of others were measured otherwise. */
    private readonly timesOfDay: readonly string[],
    private served: Served,
    private past: Past,
    /** The version that is served whoever is champion; null where that is the champion. */
    private readonly pinned: string | null,
  ) {
    this.settingsVersion = measurementVersion(measured);
  }

  /**
   * @param features settings the lake's episodes are built by: a champion trained by others is not served
   * @param reference of a version that is served whoever is champion, as `logistic@3`; an alias is what it means now
   * @throws SpymasterError BadArgument for an unknown product or version; NoInput without any version; ContractViolation, CorruptTable if the
   * champion cannot be served
   */
  static async open(
    lake: Lake,
    product: string,
    features: FeatureSettings = DEFAULT_SETTINGS,
    reference?: string,
  ): Promise<Scorer> {
    const profile = lake.products.productOf(product);
    const measured = measuredBy(features, profile);
    const times = timesOfDay(settingsFor(features, profile).episodes.timeOfDayMinutes);
    const registry = new ModelRegistry(lake);
    const pinned = reference === undefined ? null : versionText(await registry.resolve(product, reference));
    const served = { champion: null, edge: edgeOf(null) };
    const past = await readPast(lake, product);
    const scorer = new Scorer(lake, registry, product, measured, times, served, past, pinned);
    await scorer.refresh();
    return scorer;
  }

  /** `logistic@3`; null where base rates are served. */
  get model(): string | null {
    return this.served.champion && versionText(this.served.champion.record);
  }

  get edge(): Edge {
    return this.served.edge;
  }

  /**
   * Looks whether there is another champion, or more sessions to count base rates from, and serves those from then on.
   * @returns whether the champion is another now
   * @throws SpymasterError if the new one cannot be served: the old one stays
   */
  refresh(): Promise<boolean> {
    return (this.refreshing ??= this.refreshOnce().finally(() => (this.refreshing = undefined)));
  }

  /** What keeps rows from being scored by what is served now; nothing if they can be. */
  problemsOf(rows: readonly ScoreRow[]): { row: number; problem: RequestProblem }[] {
    const { champion } = this.served;
    return rows.flatMap((row, i) => {
      const problem = this.problemOf(row, champion);
      return problem ? [{ row: i, problem }] : [];
    });
  }

  /** Rows without problems: a forecast each, in their order. */
  async score(rows: readonly ScoreRow[]): Promise<Forecast[]> {
    const { champion, edge } = this.served;
    const { rates, index } = this.past;
    const versions = { index, settings: this.settingsVersion };
    const shares =
      champion && (await champion.model.probabilities(rows.map((row) => this.partsOf(row, champion))));
    return rows.map((row, i) => {
      const own = shares?.subarray(i * CLASSES.length, (i + 1) * CLASSES.length) ?? null;
      const asked = { ...row, levelKind: row.level };
      return forecastOf(asked, own, champion?.record ?? null, edge, rates.of(asked), versions);
    });
  }

  /** Gives the champion's memory back, once all that was asked is answered. */
  async close(): Promise<void> {
    await this.refreshing?.catch(() => {});
    await this.served.champion?.model.close();
    await Promise.all(this.retired);
  }

  private problemOf(row: ScoreRow, champion: Champion | null): RequestProblem | undefined {
    if (row.product !== undefined && row.product !== this.product)
      return { field: 'product', message: `is ${row.product}, and ${this.product} is served here` };
    if (!this.timesOfDay.includes(row.timeOfDay))
      return {
        field: 'timeOfDay',
        message: `is ${row.timeOfDay}, and parts of the day are ${this.timesOfDay.join(', ')}`,
      };
    if (!champion) return undefined;
    const { featureTable } = champion.record;
    if (row.featureTable !== featureTable)
      return {
        field: 'featureTable',
        message: `is ${row.featureTable}, and the model was trained on vectors of ${featureTable}`,
      };
    for (const { from } of champion.record.signature.inputs) {
      const problem = missingFact(row, from, this.measured);
      if (problem) return problem;
    }
    return champion.model.problemOf(this.partsOf(row, champion));
  }

  private partsOf(row: ScoreRow, { record: { signature } }: Champion) {
    return rowParts(
      row,
      this.measured,
      signature.inputs.map(({ from }) => from),
    );
  }

  private async refreshOnce(): Promise<boolean> {
    const swapped = await this.refreshChampion();
    const now = performance.now();
    if (now - this.pastAt >= PAST_EVERY_MS) {
      const versions = await Promise.all(
        [opsPartitions, opsIndexPins].map(async (table) => (await this.lake.table(table).snapshot()).version),
      );
      const version = versions.join();
      if (version !== this.pastVersion) this.past = await readPast(this.lake, this.product);
      this.pastVersion = version;
      this.pastAt = now;
    }
    return swapped;
  }

  private async refreshChampion(): Promise<boolean> {
    const version = await this.registry.aliasesVersion();
    if (version === this.aliasesVersion) return false;
    const change = this.pinned === null ? await this.lastPromotion() : await this.promotionOf(this.pinned);
    const named = this.pinned ?? (change?.target ? versionText(change.target) : null);
    const old = this.served.champion;
    this.served = await this.servedBy(named, change);
    const { champion } = this.served;
    this.aliasesVersion = version;
    if (champion === old) return false;
    if (old) this.retire(old);
    return true;
  }

  private async lastPromotion(): Promise<AliasChange | undefined> {
    return (await this.registry.aliases(this.product)).champion;
  }

  /** By which a version was last made champion. */
  private async promotionOf(version: string): Promise<AliasChange | undefined> {
    const history = await this.registry.history(this.product);
    return history.findLast(
      ({ alias, target }) => alias === 'champion' && target !== null && versionText(target) === version,
    );
  }

  private async servedBy(named: string | null, change: AliasChange | undefined): Promise<Served> {
    if (named === null) return { champion: null, edge: edgeOf(null) };
    const edge = change ? edgeOf(change) : neverPromoted(named);
    if (named === this.model) return { champion: this.served.champion, edge };
    const record = await this.registry.resolve(this.product, named);
    if (record.settingsVersion !== this.settingsVersion)
      return { champion: null, edge: otherSettings(named) };
    return { champion: await this.open(record), edge };
  }

  private async open(record: ModelRecord): Promise<Champion> {
    const model = await ServedModel.open(await this.registry.onnx(record), record.signature, record);
    return { record, model };
  }

  private retire({ model }: Champion): void {
    const closed = model.close().finally(() => this.retired.delete(closed));
    this.retired.add(closed);
  }
}
