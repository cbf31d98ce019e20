/** A link on which a consumer receives: events of a partition from where it begins, as fast as it asks for them. */
import type { Sender } from 'rhea';
import { AmqpRefusal, badArgument, notFound } from './amqpError';
import type { Faults } from './faults';
import type { Hub } from './hub';
import type { HubMetrics } from './hubMetrics';
import { creditOf, numberOf, propertiesOf, transferredBy, wants } from './linkOptions';
import type { Cursor, Partition } from './log/partition';
import { after, type Located } from './log/segment';
import { parseStartPosition } from './startPosition';
import { withLastEnqueued } from './storedEvent';

const OWNER_LEVEL = 'com.microsoft:epoch';
const RUNTIME_METRIC = 'com.microsoft:enable-receiver-runtime-metric';
const FILTER = 'apache.org:selector-filter:string';

/** Deliveries handed to rhea and not transferred: its buffer holds 2048. */
const MOST_QUEUED = 1024;
/** Bytes a slow reader lets pile up in its socket before it is given no more. */
const MOST_UNSENT = 8 << 20;
/** Events sent before others have their turn. */
const AT_ONCE = 256;
const ORDINARY_FORMAT = 0;

export interface Egress {
  hub: Hub;
  group: string;
  partitionId: string;
  faults: Faults;
  metrics: HubMetrics;
}

/**
 * Lets a consumer attach, and serves it until its link or connection ends.
 * @throws AmqpRefusal when group, partition or position are not to be had, or another consumer owns the partition
 */
export function openReceiveLink(
  link: Sender,
  { hub, group, partitionId, faults, metrics }: Egress,
): () => void {
  hub.requireGroup(group);
  const partition = hub.partition(partitionId);
  const position = parseStartPosition(filterOf(link));
  if (!position) throw badArgument(`The filter of the link is not understood: ${filterOf(link)}`);
  const cursor = partition.cursorAt(position);
  const leave = hub.owners.enter(`${group.toLowerCase()}/${partitionId}`, {
    ownerLevel: numberOf(propertiesOf(link)[OWNER_LEVEL]),
    disconnect: (refusal) => close(refusal),
  });
  const count = (events: number, bytes: number) => {
    metrics.eventsOut.inc({ hub: hub.name }, events);
    metrics.bytesOut.inc({ hub: hub.name }, bytes);
  };
  const delivery = new Delivery(link, hub, partition, cursor, faults, count, (refusal) => close(refusal));
  const stop = partition.watch(() => delivery.go());
  const end = () => {
    stop();
    leave();
    delivery.end();
  };
  const close = ({ condition, description }: AmqpRefusal) => {
    end();
    link.close({ condition, description });
  };
  link.on('sendable', () => delivery.go());
  return end;
}

function filterOf(link: Sender): string | undefined {
  // A described string, which prints as what it describes.
  const filter = link.source.filter as Record<string, { toString(): string } | null> | undefined;
  return filter?.[FILTER]?.toString();
}

/** Hands events on while the consumer has asked for more, its connection takes them and there are any. */
class Delivery {
  private sent: number;
  private scheduled = false;
  private ended = false;
  private readonly tellsLast: boolean;
  /** Whether the socket is full. */
  private waiting = false;
  /** Read and not sent yet. */
  private ahead: Located[] = [];

  constructor(
    private readonly link: Sender,
    private readonly hub: Pick<Hub, 'now'>,
    private readonly partition: Partition,
    private cursor: Cursor,
    private readonly faults: Faults,
    private readonly count: (events: number, bytes: number) => void,
    private readonly fail: (refusal: AmqpRefusal) => void,
  ) {
    this.sent = transferredBy(link);
    this.tellsLast = wants(link, RUNTIME_METRIC);
  }

  end(): void {
    this.ended = true;
  }

  /** As much as may be sent now, in a turn of its own. */
  go(): void {
    if (this.scheduled || this.ended) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.faults.afterStall(() => this.deliver());
    });
  }

  private deliver(): void {
    if (this.ended || !this.link.is_open()) return;
    const { socket } = this.link.connection;
    if (socket.writableLength > MOST_UNSENT) {
      // It is asked to go on by others meanwhile: once is enough.
      if (!this.waiting) socket.once('drain', () => this.goOn());
      this.waiting = true;
      return;
    }
    try {
      if (this.sendSome(this.allowed())) this.go();
    } catch (error) {
      this.fail(new AmqpRefusal('amqp:internal-error', String(error), 500));
    }
  }

  private goOn(): void {
    this.waiting = false;
    this.go();
  }

  private allowed(): number {
    const queued = this.sent - transferredBy(this.link);
    return Math.min(creditOf(this.link) - queued, MOST_QUEUED - queued, AT_ONCE);
  }

  /** Whether there may be more. */
  private sendSome(most: number): boolean {
    if (most <= 0) return false;
    if (this.ahead.length === 0) this.ahead = this.partition.read(this.cursor);
    const taken = this.ahead.splice(0, most);
    if (taken.length > 0) this.cursor = after(taken.at(-1)!);
    const before = this.sent;
    let size = 0;
    for (const { entry } of this.inOrder(taken)) {
      const bytes = this.tellsLast ? withLastEnqueued(entry, this.last()) : entry.message;
      for (let copies = this.faults.takeDuplicate() ? 2 : 1; copies > 0; copies -= 1) {
        this.link.send(bytes, undefined, ORDINARY_FORMAT);
        this.sent += 1;
        size += bytes.length;
      }
    }
    if (this.sent > before) this.count(this.sent - before, size);
    return taken.length > 0;
  }

  /** As they lie in the log, unless it is to be otherwise. */
  private inOrder(taken: Located[]): Located[] {
    for (let i = 0; i + 1 < taken.length && this.faults.takeSwap(); i += 2)
      [taken[i], taken[i + 1]] = [taken[i + 1], taken[i]];
    return taken;
  }

  private last() {
    const none = { sequenceNumber: -1, offset: -1, enqueuedTime: 0 };
    return { ...(this.partition.lastEnqueued ?? none), retrievedAt: this.hub.now };
  }
}

/** The group and the partition an address names. @throws AmqpRefusal when it names none */
export function readerPlace(address: string, { group, partition }: { group?: string; partition?: string }) {
  if (group === undefined || partition === undefined) throw notFound(address);
  return { group, partitionId: partition };
}
