/** A hub: its partitions, each opened when it is first asked for, its consumer groups, and the rules of its names. */
import { join } from 'node:path';
import { noPartition, notFound } from './amqpError';
import { DEFAULT_GROUP, type HubDefinition } from './hubs';
import { Partition, type LogOptions } from './log/partition';
import { Owners } from './owners';
import { partitionOfKey } from './partitionKey';

export class Hub {
  readonly owners = new Owners();
  private readonly opened = new Map<string, Partition>();
  private turn = 0;

  constructor(
    readonly definition: HubDefinition,
    private readonly folder: string,
    private readonly log: LogOptions,
    private readonly clock: () => number,
  ) {}

  get name(): string {
    return this.definition.name;
  }

  /** ms since 1970 UTC. */
  get now(): number {
    return this.clock();
  }

  get partitionIds(): string[] {
    return Array.from({ length: this.definition.partitions }, (_, i) => String(i));
  }

  /** @throws AmqpRefusal when there is none of that id */
  partition(id: string): Partition {
    if (!this.partitionIds.includes(id)) throw noPartition(id, this.definition.partitions);
    const open =
      this.opened.get(id) ?? Partition.open(id, join(this.folder, this.name, id), this.log, this.clock);
    this.opened.set(id, open);
    return open;
  }

  /** The partition of a key; in turn, without one. */
  route(partitionKey: string | undefined): Partition {
    const { partitions } = this.definition;
    const index =
      partitionKey === undefined ? this.turn++ % partitions : partitionOfKey(partitionKey, partitions);
    return this.partition(String(index));
  }

  /** @throws AmqpRefusal when there is no such consumer group */
  requireGroup(group: string): void {
    const groups = [DEFAULT_GROUP, ...this.definition.consumerGroups].map((name) => name.toLowerCase());
    if (!groups.includes(group.toLowerCase())) throw notFound(`${this.name}/ConsumerGroups/${group}`);
  }

  /** What retention and the `fsync` policy want done once a while. */
  sync(): void {
    for (const partition of this.opened.values()) partition.sync();
  }

  forgetOld(): void {
    for (const partition of this.opened.values()) partition.forgetOld();
  }

  close(): void {
    for (const partition of this.opened.values()) partition.close();
    this.opened.clear();
  }
}
