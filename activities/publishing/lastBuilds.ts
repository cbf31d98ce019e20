/** How the last build of every layer of every partition ended, as `ops.partitions` has it. */
import { buildOf, opsPartitions, type LastBuild } from '../../graph/catalog/partitionsTable';
import type { Provenance } from '../../graph/catalog/provenance';
import { LAYERS, layersOf, type Layer } from '../../graph/datasets/layers';
import { contractDate, keyText, label, type Partition } from '../../graph/datasets/units';
import { SpymasterError } from '../../graph/errors';
import type { Snapshot } from '../../lake/delta/snapshot';
import type { Lake } from '../../lake/lake';

/** Partitions read one by one up to this many; beyond, all of the table at once is faster. */
const FEW = 16;

/** All of the table, read once while it stays as it is. */
const whole = new WeakMap<Snapshot, Promise<LastBuild[]>>();

export class LastBuilds {
  private readonly byLayer = new Map<Layer, Map<string, LastBuild>>();

  private constructor(builds: readonly LastBuild[]) {
    for (const build of builds) {
      const known = this.byLayer.get(build.layer) ?? new Map<string, LastBuild>();
      this.byLayer.set(build.layer, known.set(keyText(build.partition), build));
    }
  }

  /** @param wanted which of them to read; all, without */
  static async read(lake: Lake, wanted?: (layer: Layer, key: string) => boolean): Promise<LastBuilds> {
    const table = lake.table(opsPartitions);
    const snapshot = await table.snapshot();
    const partitions = snapshot
      .partitions()
      .map(({ values }) => values as { layer: Layer; partition: string });
    const chosen = wanted
      ? partitions.filter(({ layer, partition }) => wanted(layer, partition))
      : partitions;
    if (chosen.length <= FEW) {
      const rows = await Promise.all(chosen.map((partition) => table.readRows({ partition })));
      return new LastBuilds(rows.flat().map(buildOf));
    }
    const keys = new Set(chosen.map(({ layer, partition }) => `${layer} ${partition}`));
    const builds = await LastBuilds.readWhole(lake, snapshot);
    return new LastBuilds(
      builds.filter(({ layer, partition }) => keys.has(`${layer} ${keyText(partition)}`)),
    );
  }

  private static readWhole(lake: Lake, snapshot: Snapshot): Promise<LastBuild[]> {
    const held = whole.get(snapshot);
    if (held) return held;
    const read = lake
      .table(opsPartitions)
      .readRows()
      .then((rows) => rows.map(buildOf));
    whole.set(snapshot, read);
    read.catch(() => whole.delete(snapshot));
    return read;
  }

  of(layer: Layer, partition: Partition): LastBuild | undefined {
    return this.byLayer.get(layer)?.get(keyText(partition));
  }

  /** Of a layer, or of all layers, in no particular order. */
  all(layer?: Layer): LastBuild[] {
    const maps = layer ? [this.byLayer.get(layer)] : [...this.byLayer.values()];
    return maps.flatMap((known) => [...(known?.values() ?? [])]);
  }
}

/**
 * The code and settings of everything that a published partition was computed by: rows of others are other measurements.
 * @param upTo the highest layer that counts; all of the partition's unit, without
 */
export function measurementOf(builds: LastBuilds, partition: Partition, upTo?: Layer): Provenance {
  const layers = layersOf(partition.unit).filter(
    (one) => !upTo || LAYERS.indexOf(one) <= LAYERS.indexOf(upTo),
  );
  const parts = layers.flatMap((layer) => builds.of(layer, partition)?.provenance ?? []);
  const code = Object.assign({}, ...parts.map((part) => part.code)) as Provenance['code'];
  const settings = Object.assign({}, ...parts.map((part) => part.settings)) as Provenance['settings'];
  return { code, settings, inputs: {} };
}

/**
 * The last build of one layer, which must be published.
 * @throws SpymasterError NoInput if it is not
 */
export async function requirePublished(lake: Lake, layer: Layer, partition: Partition): Promise<LastBuild> {
  const key = keyText(partition);
  const builds = await LastBuilds.read(lake, (at, of) => at === layer && of === key);
  return published(builds, layer, partition);
}

/** @throws SpymasterError NoInput if the layer is not published */
export function published(builds: LastBuilds, layer: Layer, partition: Partition): LastBuild {
  const found = builds.of(layer, partition);
  if (found?.status === 'published') return found;
  throw new SpymasterError(
    'NoInput',
    `${layer} of ${label(partition)} is not published (${found?.status ?? 'never built'})`,
    { expected: `a published ${layer} layer: build it first` },
  );
}

/**
 * What is published is whole: a session that is followed would take its place row by row.
 * @throws SpymasterError BadArgument if any layer of the contract-date is published
 */
export async function requireUnbuilt(lake: Lake, contract: string, tradeDate: string): Promise<void> {
  const partition = contractDate(contract, tradeDate);
  const key = keyText(partition);
  const builds = await LastBuilds.read(lake, (_, of) => of === key);
  if (!layersOf('contract-date').some((layer) => builds.of(layer, partition)?.status === 'published')) return;
  throw new SpymasterError('BadArgument', `${contract} ${tradeDate} is built already`, {
    field: 'date',
    expected:
      'a date that is not, or `--again` (`again` of a workflow) to follow it all the same: its rows are replaced then',
  });
}
