/** Where the feed before this one ended, as the last packets of every partition of the hub tell. */
import { isOfSnapshot } from '../../graph/feed/openPacket';
import type { Packet } from '../../graph/feed/packet';
import { layoutOf } from '../../graph/dbn/records';
import { Flag } from '../../graph/records/mbo';
import { DEFAULT_GROUP } from '../../infra/eventhubs/hubs';
import { openConsumer, type HubsConnection } from '../eventHubs/clients';
import { packetSentWith } from './packetsOfEvents';
import { Tail } from './tail';

/** What a feed goes on behind. */
export interface LastRun {
  /** Time before which nothing is missing in the hub, ns UTC; 0 where nobody knows, so that nothing can be replayed behind it. */
  readonly since: bigint;
  /** The latest capture time in the hub, ns UTC. */
  readonly until: bigint;
  /** When the last packet was packed, ns UTC by the clock of whoever did it. */
  readonly packedAt: bigint;
  /** Records from `since` on, run by run in the order of these; of a contract whole and in order. */
  readonly runs: readonly Uint8Array[];
}

/**
 * Undefined where the hub has no packets of such contracts.
 * @param own whether a packet is of what the feed sends
 * @throws what the SDK does
 */
export async function lastRun(
  connection: HubsConnection,
  hub: string,
  own: (packet: Packet) => boolean,
): Promise<LastRun | undefined> {
  const consumer = openConsumer(DEFAULT_GROUP, connection, hub);
  try {
    const tails: Tail[] = [];
    for (const partition of await consumer.getPartitionIds())
      tails.push(await Tail.open(consumer, partition, packetSentWith));
    for (;;) {
      const series = goneOn(tails.flatMap(({ packets }) => packets.filter(own)));
      const since = settledIn(series);
      const later = series.filter(({ lastTsRecv }) => lastTsRecv >= since);
      // Where nothing is known of a run that resumed another, what it resumed is looked for.
      const known = series.length > 0 && (since > 0n || !series[0].resumes);
      const begun = known ? least(later.map(({ packedAt }) => packedAt)) : 0n;
      const lacking = tails.filter((tail) => tail.lacks(begun));
      if (lacking.length === 0) return series.length > 0 ? lastOf(later, since, series) : undefined;
      for (const tail of lacking) await tail.readFurther();
    }
  } finally {
    await consumer.close();
  }
}

/** Packets of the last run, and of those it went on with, the first run first. */
function goneOn(packets: readonly Packet[]): Packet[] {
  const runs = [...new Set(packets.map(({ run }) => run))].sort((a, b) => (a < b ? -1 : 1));
  const ofRun = (run: bigint) => packets.filter((packet) => packet.run === run);
  const begins = runs.findLastIndex((run) => ofRun(run).every(({ resumes }) => !resumes));
  return runs.slice(Math.max(begins, 0)).flatMap(ofRun);
}

/** @returns 0 if it is not known, or a snapshot broke off */
function settledIn(series: readonly Packet[]): bigint {
  const last = new Map(series.map((packet) => [packet.contract, packet]));
  if ([...last.values()].some(endsWithinSnapshot)) return 0n;
  return series.reduce((latest, { settled }) => (settled > latest ? settled : latest), 0n);
}

const FLAGS_AT = layoutOf('mbo', 3).offsets.flags;

function endsWithinSnapshot({ records }: Packet): boolean {
  let last = 0;
  for (let at = 0; at < records.length; at += records[at] * 4) last = at;
  return records.length > 0 && isOfSnapshot(records, last) && (records[last + FLAGS_AT] & Flag.Last) === 0;
}

function lastOf(packets: readonly Packet[], since: bigint, series: readonly Packet[]): LastRun {
  const runs = [...new Set(packets.map(({ run }) => run))];
  const times = packets.flatMap(({ kind, lastTsRecv }) => (kind === 'records' ? [lastTsRecv] : []));
  const until = times.reduce((latest, time) => (time > latest ? time : latest), since);
  const bytesOf = (run: bigint) =>
    new Uint8Array(
      Buffer.concat(packets.filter((packet) => packet.run === run).map(({ records }) => records)),
    );
  const packedAt = series.reduce((last, packet) => (packet.packedAt > last ? packet.packedAt : last), 0n);
  return { since, until, packedAt, runs: runs.map(bytesOf) };
}

const least = (values: readonly bigint[]): bigint =>
  values.reduce((smallest, value) => (value < smallest ? value : smallest));
