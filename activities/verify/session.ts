/** What the verifications share: a session as they drive it, its rows by table, its records from Bronze. */
import { GatheredRows } from '../../graph/datasets/gather';
import type { TableBatch } from '../../graph/datasets/schema';
import { bronzeMbo } from '../../graph/records/bronzeTables';
import type { MboBatch } from '../../graph/records/mbo';
import type { Comparison } from '../../graph/quality/comparison';
import type { SessionInputs } from '../../graph/session/inputs';
import { SessionStream } from '../../graph/session/sessionStream';
import type { Partition } from '../../lake/delta/table';
import type { Lake } from '../../lake/lake';

/** A session graph, as far as it is driven here. */
export type Session = Pick<SessionStream, 'frame' | 'push' | 'pushOption' | 'finish' | 'take'>;

/** Opens the session that is put to the proof. */
export type OpenSession = (inputs: SessionInputs) => Session;

export const openStream: OpenSession = (inputs) => new SessionStream(inputs);

/** What a verification found, table by table. */
export interface Verdict {
  contract: string;
  tradeDate: string;
  comparisons: Comparison[];
}

export const agrees = ({ comparisons }: Verdict): boolean =>
  comparisons.every(({ differences }) => differences === 0);

/** Rows by table, in the order in which tables first appeared. */
export class Gathered {
  private readonly tables = new Map<string, GatheredRows>();

  add(batches: readonly TableBatch[]): void {
    for (const batch of batches) {
      const { name } = batch.contract;
      let table = this.tables.get(name);
      if (!table) this.tables.set(name, (table = new GatheredRows(batch.contract)));
      table.add(batch);
    }
  }

  build(): Map<string, TableBatch> {
    return new Map([...this.tables].map(([name, table]) => [name, table.build()]));
  }
}

/**
 * Streams the records of a contract-date, as far as they are wanted.
 * @param onBatch gets a reused batch, valid only during the call; false ends the reading
 */
export async function readRecords(
  lake: Lake,
  partition: Partition,
  onBatch: (batch: MboBatch) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const enough = new AbortController();
  try {
    await lake.table(bronzeMbo).readMbo(
      partition,
      (batch) => {
        if (!enough.signal.aborted && !onBatch(batch)) enough.abort();
      },
      { signal: AbortSignal.any([signal, enough.signal]) },
    );
  } catch (error) {
    if (!enough.signal.aborted || signal.aborted) throw error;
  }
}
