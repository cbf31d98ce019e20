/** Trade dates of a lake's raw files as the market a gateway serves. */
import { SymbolResolver, type RecordType } from '../../graph/dbn';
import { typeOfSchema } from '../../graph/dbn/columns';
import { SCHEMAS } from '../../graph/dbn/constants';
import { SpymasterError } from '../../graph/errors';
import { windowOf } from '../../graph/market/calendar';
import type { Product } from '../../graph/products/profile';
import type { Lake } from '../../lake/lake';
import type { RawCatalog, RawFile } from '../../lake/raw/registry';
import { joinedIntervals } from '../databento/gateway/symbols';
import type { MarketSource, RecordBlock } from '../databento/gateway/source';
import { fileBlocks, mergedBlocks } from './blocks';
import { survey } from './fileSource';
import { mergeBlocks, type BlockSeries } from './mergeBlocks';

/** What is served, and when its trade dates begin: what is earlier is there for the books of then. */
export interface LakeMarket {
  source: MarketSource;
  /** ns UTC. */
  begins: bigint;
  /** When its last trade date ends, ns UTC. */
  ends: bigint;
}

/**
 * The raw files of some trade dates; what is in several of them comes once.
 * @throws SpymasterError NoInput for dates without files, BadArgument for days that are no trade dates or of several datasets
 */
export async function lakeSource(
  lake: Lake,
  product: Product,
  dates: readonly string[],
  signal: AbortSignal,
): Promise<LakeMarket> {
  const windows = dates.map((date) => windowOf(date, product));
  const ends = windows.reduce((last, { end }) => (end > last ? end : last), 0n);
  const begins = windows.reduce((first, { start }) => (start < first ? start : first), ends);
  const catalog = await lake.raw.catalog();
  const missing = dates.find((date) =>
    ALL_TYPES.every((type) => catalog.fileRuns(type, date, product).length === 0),
  );
  if (missing !== undefined)
    throw new SpymasterError('NoInput', `the lake has no raw files of ${product.root} on ${missing}`, {
      expected: 'a trade date of `./spymaster raw list`',
    });
  const resolver = new SymbolResolver();
  const series: BlockSeries[] = [];
  const files = new Map<string, RawFile>();
  for (const type of ALL_TYPES)
    for (const run of runsOf(catalog, type, dates, product)) {
      for (const file of run) files.set(file.digest, file);
      const inputs = await Promise.all(run.map((file) => lake.raw.mergeInputOf(file)));
      series.push({
        begins: inputs.reduce(
          (least, input) => (input.begins < least ? input.begins : least),
          inputs[0].begins,
        ),
        open: (stop) =>
          inputs.length === 1 ? fileBlocks(inputs[0].path, stop, type) : mergedBlocks(inputs, stop, type),
      });
    }
  const datasets = [...new Set([...files.values()].map(({ dataset }) => dataset))];
  if (datasets.length > 1)
    throw new SpymasterError(
      'BadArgument',
      `a session has one dataset: the files are of ${datasets.join(', ')}`,
    );
  for (const file of files.values()) await survey(await lake.raw.localPath(file), resolver, signal);
  const types = new Set([...files.values()].flatMap(({ byType }) => Object.keys(byType)));
  return {
    begins,
    ends,
    source: {
      dataset: datasets[0],
      schemas: new Set(SCHEMAS.filter((schema) => types.has(typeOfSchema(schema)))),
      symbols: joinedIntervals(resolver.all()),
      async *blocks(_, stop) {
        for await (const block of mergeBlocks(series, stop)) {
          const known = upTo(block, ends);
          if (known.count > 0) yield known;
          if (known !== block) return;
        }
      },
    },
  };
}

const ALL_TYPES: readonly RecordType[] = [...new Set(SCHEMAS.map(typeOfSchema))];

/** Records no later than a time, ns UTC. */
function upTo(block: RecordBlock, last: bigint): RecordBlock {
  const { bytes, offsets, times } = block;
  if (times[block.count - 1] <= last) return block;
  const count = times.findIndex((time) => time > last);
  return { bytes: bytes.subarray(0, offsets[count]), count, offsets, times: times.subarray(0, count) };
}

/** Files that overlap on any of the dates, together. */
function runsOf(
  catalog: RawCatalog,
  type: RecordType,
  dates: readonly string[],
  product: Product,
): RawFile[][] {
  let runs: RawFile[][] = [];
  for (const date of dates)
    for (const run of catalog.fileRuns(type, date, product)) {
      const touching = runs.filter((known) => known.some((file) => run.includes(file)));
      runs = [
        ...runs.filter((known) => !touching.includes(known)),
        [...new Set([...touching.flat(), ...run])],
      ];
    }
  return runs;
}
