/** What the verifications share: a session as they drive it, its rows by table, its records from Bronze. */
import { bronzeMbo } from '../../graph/records/mboTable';
import type { MboBatch } from '../../graph/records/mbo';
import type { Comparison } from '../../graph/quality/comparison';
import type { SessionInputs } from '../../graph/session/inputs';
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import { SessionGraph } from '../../graph/stream/sessionGraph';
import type { Partition } from '../../lake/delta/table';
import type { Lake } from '../../lake/lake';

/** A session graph, as far as it is driven here. */
type Session = Pick<SessionGraph, 'frame' | 'push' | 'take' | 'end'>;

/** Opens the session under test. */
export type OpenSession = (inputs: SessionInputs) => Session;

/** Opens every operator of a session that is declared. */
export const openDeclared =
  (graph: DatasetGraph = DATASET_GRAPH): OpenSession =>
  (inputs) =>
    new SessionGraph(inputs, graph.computations);

/** What a verification found, table by table. */
export interface Verdict {
  contract: string;
  tradeDate: string;
  comparisons: Comparison[];
}

export const agrees = ({ comparisons }: Verdict): boolean =>
  comparisons.every(({ differences }) => differences === 0);

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
