/** The state of every partition, worked out anew only where what it is worked out from has changed. */
import { partitionGrid, type PartitionRow } from '../../../activities/planning/partitionGrid';
import { sharedLake } from '../../../activities/stages/sharedLake';
import type { StageSettings } from '../../../activities/stages/stages';
import { opsPartitions } from '../../../graph/catalog/partitionsTable';
import { qualityChecks } from '../../../graph/quality/checksTable';
import { entityTag } from './validity';

export class HeldGrid {
  private held: { tag: string; rows: Promise<PartitionRow[]> } | undefined;

  constructor(private readonly settings: StageSettings) {}

  async rows(): Promise<PartitionRow[]> {
    const tag = await entityTag(await sharedLake(this.settings), [opsPartitions, qualityChecks], []);
    if (this.held?.tag !== tag) {
      const held = { tag, rows: partitionGrid(this.settings) };
      this.held = held;
      held.rows.catch(() => {
        if (this.held === held) this.held = undefined;
      });
    }
    return this.held.rows;
  }
}
