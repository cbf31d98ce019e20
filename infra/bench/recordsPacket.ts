/** Order messages as a feed packs them for the hub `mbo_raw`. */
import { encodeMbo, MBO_BYTES } from '../../graph/dbn/mboCodec';
import { encodePacket } from '../../graph/feed/packet';
import type { FeedMessage } from '../../graph/feed/packer';
import type { MboBatch } from '../../graph/records/mbo';
import { nowNs } from '../../workers/live/clock';

/** What tells a packet from others. */
export interface PacketPlace {
  readonly contract: string;
  /** Of the feed that sends it, ns UTC. */
  readonly run: bigint;
  /** Of the packet in that run. */
  readonly number: number;
}

/** Records `[from, to)` of a simulated session, packed now. */
export function recordsPacket(
  batch: MboBatch,
  from: number,
  to: number,
  { contract, run, number }: PacketPlace,
): FeedMessage {
  const records = new Uint8Array((to - from) * MBO_BYTES);
  encodeMbo(batch, from, to, records, 0);
  const [firstTsRecv, lastTsRecv] = [batch.tsRecv[from], batch.tsRecv[to - 1]];
  const body = encodePacket({
    kind: 'records',
    contract,
    dataset: 'XSIM.MDP3',
    dbnVersion: 3,
    tsOut: false,
    run,
    resumes: false,
    number,
    optionsBefore: 0,
    settled: 0n,
    packedAt: nowNs(),
    firstTsRecv,
    lastTsRecv,
    firstSequence: batch.sequence[from],
    lastSequence: batch.sequence[to - 1],
    instruments: [],
    reason: '',
    count: to - from,
    records,
  });
  return { contract, kind: 'records', body, records: to - from, since: firstTsRecv };
}
