/**
 * The built partitions a stage reads, as they were when it began. Reading them takes a while: what it computes is published under their
 * digests only if none of them was built anew meanwhile.
 */
import { opsPartitions } from '../../graph/catalog/partitionsTable';
import type { Layer } from '../../graph/datasets/layers';
import { keyText, label, type Partition } from '../../graph/datasets/units';
import { SpymasterError } from '../../graph/errors';
import type { Snapshot } from '../../lake/delta/snapshot';
import type { Lake } from '../../lake/lake';

type InputsOf = (partition: Partition) => readonly { layer: Layer; partition: Partition }[];

export class InputsRead {
  private constructor(
    private readonly lake: Lake,
    private readonly entries: ReadonlyMap<string, string>,
    private readonly inputsOf: InputsOf,
  ) {}

  /**
   * To be called before anything is read.
   * @param inputsOf the partitions of built layers that one is computed from; called when that is to be published
   */
  static async begin(lake: Lake, inputsOf: InputsOf): Promise<InputsRead> {
    return new InputsRead(lake, entriesIn(await lake.table(opsPartitions).snapshot()), inputsOf);
  }

  /** @throws SpymasterError InputChanged naming an input of the partition that was built, or began to be, since `begin` */
  async requireUnchanged(partition: Partition): Promise<void> {
    const inputs = this.inputsOf(partition);
    if (inputs.length === 0) return;
    const now = entriesIn(await this.lake.table(opsPartitions).snapshot());
    for (const { layer, partition: of } of inputs) {
      const key = `${layer} ${keyText(of)}`;
      if (now.get(key) === this.entries.get(key)) continue;
      const message = `${layer} of ${label(of)} was built anew while ${label(partition)} was computed from it`;
      throw new SpymasterError('InputChanged', message, { layer, partition: keyText(of) });
    }
  }
}

/** The file that holds the entry of each layer of each partition: every record of a build is another file. */
function entriesIn({ files }: Snapshot): Map<string, string> {
  const entries = new Map<string, string>();
  for (const { path, partitionValues } of files.values())
    entries.set(`${partitionValues.layer} ${partitionValues.partition}`, path);
  return entries;
}
