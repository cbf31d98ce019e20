/**
 * Bronze that a live worker has captured, which a contract-date is built from where raw files do not cover it. What the entry in
 * `ops.partitions` names as its input tells the one from the other.
 */
import { dataOf, type Provenance } from '../../graph/catalog/provenance';
import type { Partition } from '../../graph/datasets/units';
import type { DataKind } from '../../graph/sim/dataset';
import type { LastBuilds } from './lastBuilds';

/** The input of what was streamed, and of Bronze that is built from it: its value names the stream. */
export const CAPTURED = 'live';

export interface CapturedStream {
  readonly stream: string;
  readonly data: DataKind;
}

/** The stream in a build's provenance; undefined of what was built from raw files. */
export function capturedIn(provenance: Provenance): CapturedStream | undefined {
  const stream = provenance.inputs[CAPTURED];
  return stream === undefined ? undefined : { stream, data: dataOf(provenance) };
}

/** The stream that the Bronze of a contract-date is of; undefined where it is of none. */
export function capturedOf(builds: LastBuilds, partition: Partition): CapturedStream | undefined {
  const bronze = builds.of('bronze', partition);
  return bronze && capturedIn(bronze.provenance);
}
