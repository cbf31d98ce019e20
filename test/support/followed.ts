/** What following a session is compared with: the lake that batch builds of the same files. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import { layersOf } from '../../graph/datasets/layers';
import type { Row } from '../../graph/datasets/schema';
import { encodeMbo, MBO_BYTES } from '../../graph/dbn/mboCodec';
import { Packer } from '../../graph/feed/packer';
import { decodePacket, type Packet } from '../../graph/feed/packet';
import type { Product } from '../../graph/products/profile';
import type { Lake } from '../../lake/lake';
import { readDbn } from '../../lake/raw/dbnFile';
import { lakeSource } from '../../workers/replay/lakeSource';
import { mapping } from './feedRecords';

/** What a feed without options does not bring. */
const OF_OPTIONS: readonly string[] = ['bronze.definitions', 'bronze.option_trades', 'bronze.statistics'];

/**
 * Every row of the tables of a contract-date, as texts: a difference is found at once and told briefly.
 * @param options whether what Bronze has of options is of interest
 */
export async function contractDateRows(
  lake: Lake,
  partition: { contract: string; trade_date: string },
  options = false,
): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const table of layersOf('contract-date').flatMap((layer) => DATASET_GRAPH.tablesOf(layer)))
    if (options || !OF_OPTIONS.includes(table.name))
      found[table.name] = (await lake.table(table).readRows({ partition })).map(textOf);
  return found;
}

/** Of a record that was set aside: where it came from, and when it was found. */
const DIFFERS: readonly string[] = ['found_at', 'source', 'byte_offset'];

const textOf = (row: Row): string =>
  JSON.stringify(row, (name, value: unknown) => {
    if (DIFFERS.includes(name)) return undefined;
    if (typeof value === 'bigint') return `${value}n`;
    return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
  });

export function expectSameRows(
  found: Readonly<Record<string, string[]>>,
  expected: Readonly<Record<string, string[]>>,
): void {
  for (const [table, rows] of Object.entries(expected)) {
    const at = rows.findIndex((row, i) => row !== found[table][i]);
    expect({ table, rows: found[table].length, at, row: found[table][at]?.slice(0, 400) }).toEqual({
      table,
      rows: rows.length,
      at: -1,
      row: undefined,
    });
  }
}

/** All that a lake's raw files have of a product's trade dates, as the feed packs it, options included; `flushes` says when it is sent. */
export async function feedOf(
  lake: Lake,
  product: Product,
  dates: readonly string[],
  { mostBytes, flushes }: { mostBytes: number; flushes: () => boolean },
): Promise<Packet[]> {
  const packets: Packet[] = [];
  const { signal } = new AbortController();
  const packer = new Packer({
    dataset: 'XSIM.MDP3',
    products: lake.products,
    run: 7n,
    mostBytes,
    now: () => 1n,
    emit: ({ body }) => packets.push(decodePacket(body)),
  });
  const { source } = await lakeSource(lake, product, dates, signal);
  for (const { instrumentId, symbol } of source.symbols)
    packer.push(mapping(instrumentId, symbol, symbol.includes(' ') ? 'ES.OPT' : 'ES.FUT'), 3, false);
  for await (const { bytes, offsets, count } of source.blocks(0n, signal))
    for (let i = 0; i < count; i += 1) {
      packer.push(bytes.subarray(offsets[i], offsets[i + 1]), 3, false);
      if (flushes()) packer.flush();
    }
  packer.flush();
  return packets;
}

/** The order messages of a folder's files of one contract, as the feed packs them. */
export async function packetsOf(folder: string, contract: string, most: number): Promise<Packet[]> {
  const packets: Packet[] = [];
  const { signal } = new AbortController();
  for (const name of readdirSync(folder).sort())
    if (name.includes('.mbo.'))
      await readDbn(
        join(folder, name),
        {
          mbo: (batch) => {
            for (let at = 0; at < batch.length; at += most) {
              const to = Math.min(at + most, batch.length);
              const records = new Uint8Array((to - at) * MBO_BYTES);
              encodeMbo(batch, at, to, records, 0);
              packets.push({
                kind: 'records',
                contract,
                dataset: 'XSIM.MDP3',
                dbnVersion: 3,
                tsOut: false,
                run: 7n,
                resumes: false,
                settled: 0n,
                number: packets.length,
                optionsBefore: 0,
                packedAt: 0n,
                firstTsRecv: batch.tsRecv[at],
                lastTsRecv: batch.tsRecv[to - 1],
                firstSequence: batch.sequence[at],
                lastSequence: batch.sequence[to - 1],
                instruments: [],
                reason: '',
                count: to - at,
                records,
              });
            }
          },
        },
        { signal },
      );
  return packets;
}
