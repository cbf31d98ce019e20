/** Simulations run in memory, as the plain DBN streams of their files. */
import { createHash } from 'node:crypto';
import {
  DbnDecoder,
  encodeMbo,
  encodeMetadata,
  encodeRecord,
  MBO_BYTES,
  type DbnMetadata,
  type DbnRecord,
} from '../../../graph/dbn';
import { sessionOf } from '../../../graph/market/calendar';
import { MboBatch } from '../../../graph/records/mbo';
import {
  Simulation,
  type BatchPool,
  type SimulationRequest,
  type TruthRow,
} from '../../../graph/sim/simulation';
import { Replica } from './replica';
import { ES, PRODUCTS } from '../../support/products';

export const REQUEST: SimulationRequest = {
  symbol: 'ES',
  from: '2024-03-05',
  days: 1,
  events: 20_000,
  strength: 1,
  seed: 7,
  options: false,
};

export interface Simulated {
  /** Plain streams by file name. */
  files: Map<string, Uint8Array>;
  truth: Map<string, TruthRow[]>;
}

export function simulate(request: Partial<SimulationRequest>, capacity = 8192): Simulated {
  const files = new Map<string, Uint8Array>();
  const truth = new Map<string, TruthRow[]>();
  let name = '';
  let pieces: Uint8Array[] = [];
  const pool = poolOf(capacity);
  for (const output of new Simulation({ ...REQUEST, ...request }, pool, PRODUCTS).run()) {
    switch (output.kind) {
      case 'file':
        name = output.name;
        pieces = [encodeMetadata(output.metadata)];
        break;
      case 'mbo': {
        const bytes = new Uint8Array(output.batch.length * MBO_BYTES);
        encodeMbo(output.batch, 0, output.batch.length, bytes, 0);
        pieces.push(bytes);
        pool.give(output.batch);
        break;
      }
      case 'records':
        for (const record of output.records) pieces.push(encodeRecord(record));
        break;
      case 'end':
        files.set(name, Buffer.concat(pieces));
        break;
      case 'truth':
        truth.set(output.tradeDate, output.rows);
    }
  }
  return { files, truth };
}

export function poolOf(capacity: number): BatchPool {
  const free: MboBatch[] = [];
  return { take: () => free.pop() ?? new MboBatch(capacity), give: (batch) => void free.push(batch) };
}

/** Decodes a stream. */
export function decode(
  bytes: Uint8Array,
  mbo: (batch: MboBatch) => void = () => undefined,
): { metadata: DbnMetadata; records: DbnRecord[] } {
  const records: DbnRecord[] = [];
  const decoder = new DbnDecoder({ mbo, record: (view) => void records.push(view.decode()) });
  decoder.push(bytes);
  decoder.end();
  return { metadata: decoder.metadata!, records };
}

export const digests = ({ files }: Simulated) =>
  Object.fromEntries(
    [...files].map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]),
  );

export const iso = (ns: bigint) => new Date(Number(ns / 1_000_000n)).toISOString();
export const mboFiles = ({ files }: Simulated) => [...files].filter(([name]) => name.endsWith('.mbo'));

/** One replica an instrument over all MBO files. */
export function replay(simulated: Simulated, trading: (t: bigint) => boolean): Map<number, Replica> {
  const replicas = new Map<number, Replica>();
  for (const [, bytes] of mboFiles(simulated))
    decode(bytes, (batch) => {
      const ids = new Set(batch.instrumentId.subarray(0, batch.length));
      for (const id of ids) {
        let replica = replicas.get(id);
        if (!replica) replicas.set(id, (replica = new Replica(trading)));
        replica.apply(batch, id);
      }
    });
  return replicas;
}

/** Whether continuous trading is on, as the calendar has it. */
export function tradingOn(...dates: string[]): (t: bigint) => boolean {
  const hours = dates.flatMap((date) => sessionOf(date, ES).hours);
  // The auction is over a few milliseconds after the opening; the day's orders expire some before the close.
  return (t) => hours.some(({ open, close }) => t > open + 500_000n && t < close - 25_000_000n);
}
