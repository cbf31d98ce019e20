/**
 * Cuts runs of a live session's records into packets, contract by contract, in the order they came. Mapping records are taken in, other
 * control records left out; a record of an instrument nobody named is set aside, in a packet of its own.
 *
 * All packets are closed at the same time, those about options first: what came before a record is in no later packet than the record.
 */
import { viewRecord } from '../dbn/record';
import { HEADER_BYTES, type DbnVersion } from '../dbn/constants';
import { viewOf } from '../dbn/fields';
import type { DbnRecord } from '../dbn/records';
import { SpymasterError } from '../errors';
import { Instruments, type Instrument } from './instruments';
import type { Products } from '../products/catalog';
import { OpenPacket, stampOf, type Packed } from './openPacket';
import { encodePacket, type PacketKind } from './packet';

/** What records that are set aside are partitioned by. */
export const DEAD_LETTERS = 'dead_letters';
export const UNMAPPED = 'unmapped';

const MBO = 0xa0;
const ERROR = 0x15;
const MAPPING = 0x16;
const SYSTEM = 0x17;

export interface PackerOptions {
  dataset: string;
  products: Pick<Products, 'ownerOf'>;
  /** When the feed began, ns UTC. */
  run: bigint;
  /** Whether the feed goes on where one before it had ended. */
  resumes?: boolean;
  /** Time before which all that was emitted has been taken by the hub, ns UTC; 0 while that is not known. */
  settled?: () => bigint;
  /** A packet is closed before its records take more bytes. */
  mostBytes: number;
  /** ns UTC. */
  now: () => bigint;
  emit: (message: FeedMessage) => void;
}

/** The body of an event, and what it goes under. */
export interface FeedMessage {
  contract: string;
  kind: PacketKind;
  body: Uint8Array;
  /** Records in it. */
  records: number;
  /** ts_recv of the first, ns UTC; 0 where none is known, or it is of a snapshot. */
  since: bigint;
  /** A packet that goes with another body. */
  packet?: Uint8Array;
}

export class Packer {
  private readonly instruments: Instruments;
  /** Where the options of a contract's product go. */
  private readonly chains = new Map<string, string>();
  private readonly open = new Map<string, OpenPacket>();
  /** Closed ones, to be filled again. */
  private readonly spare: OpenPacket[] = [];
  private readonly numbers = new Map<string, number>();
  private version: DbnVersion = 3;
  private tsOut = false;

  constructor(private readonly options: PackerOptions) {
    this.instruments = new Instruments(options.products);
  }

  /** Whether records wait for more. */
  get isEmpty(): boolean {
    return this.open.size === 0;
  }

  /**
   * Takes a run of whole records.
   * @throws SpymasterError CorruptDbn when it is none
   */
  push(run: Uint8Array, version: DbnVersion, tsOut: boolean): void {
    this.reads(version, tsOut);
    const view = viewOf(run);
    for (let at = 0; at < run.length;) at = this.takeStretch(run, view, at);
  }

  /** Says how the records of the runs that follow lie. */
  reads(version: DbnVersion, tsOut: boolean): void {
    if (version !== this.version || tsOut !== this.tsOut) this.flush();
    this.version = version;
    this.tsOut = tsOut;
  }

  /** Takes the records from `at` on that go into one packet; tells where the next ones begin. */
  private takeStretch(run: Uint8Array, view: DataView, at: number): number {
    const rtype = run[at + 1];
    const id = idAt(run, view, at);
    if (rtype === ERROR || rtype === SYSTEM) return endAt(run, at);
    if (rtype === MAPPING) return this.learn(run, at);
    const instrument = this.instruments.of(id);
    if (!instrument) return this.setAside(run, at, UNMAPPED);
    const isOrder = rtype === MBO;
    const contract = isOrder ? instrument.contract : instrument.chain;
    let packet = this.open.get(contract);
    if (packet && packet.size + run[at] * 4 > this.options.mostBytes) {
      this.flush();
      packet = undefined;
    }
    packet ??= this.begin(contract, instrument);
    let [end, last, records] = [at, at, 0];
    const room = this.options.mostBytes - packet.size;
    while (end < run.length) {
      const next = endAt(run, end);
      const same =
        view.getUint32(end + 4, true) === id &&
        (run[end + 1] === MBO) === isOrder &&
        !isControl(run[end + 1]);
      if (!same || (records > 0 && next - at > room)) break;
      [last, end] = [end, next];
      records += 1;
    }
    packet.take(run, at, end, last, records, instrument);
    return end;
  }

  private begin(contract: string, { chain }: Instrument): OpenPacket {
    const packet = this.spare.pop() ?? new OpenPacket();
    packet.begin(this.version);
    this.chains.set(contract, chain);
    this.open.set(contract, packet);
    return packet;
  }

  private learn(run: Uint8Array, at: number): number {
    const end = endAt(run, at);
    const mapping = viewRecord(run.slice(at, end), this.version).decode() as DbnRecord<'symbol-mapping'>;
    const before = this.instruments.learn(mapping);
    if (before) this.flush();
    return end;
  }

  /** Sends a record of a run in a packet of its own; tells where the next one begins. */
  setAside(run: Uint8Array, at: number, reason: string): number {
    const end = endAt(run, at);
    const { tsRecv, sequence } = stampOf(run, at, this.version);
    this.send('dead_letter', tsRecv, DEAD_LETTERS, reason, {
      records: run.slice(at, end),
      count: 1,
      instruments: [],
      firstTsRecv: tsRecv,
      lastTsRecv: tsRecv,
      firstSequence: sequence,
      lastSequence: sequence,
    });
    return end;
  }

  /** Tells every contract that records are missing here: `from` and `to` are ts_recv of the records around the gap, ns UTC. */
  gap(from: bigint, to: bigint, reason: string): void {
    this.flush();
    for (const contract of new Set([...this.instruments.contracts(), ...this.numbers.keys()]))
      if (contract !== DEAD_LETTERS)
        this.send('gap', to, contract, reason, {
          records: new Uint8Array(),
          count: 0,
          instruments: [],
          firstTsRecv: from,
          lastTsRecv: to,
          firstSequence: 0,
          lastSequence: 0,
        });
  }

  /** Sends what waits for more. */
  flush(): void {
    const isChain = (contract: string) => this.chains.get(contract) === contract;
    for (const about of [true, false])
      for (const contract of this.open.keys()) if (isChain(contract) === about) this.finish(contract);
  }

  private finish(contract: string): void {
    const packet = this.open.get(contract);
    if (!packet) return;
    const { since } = packet;
    this.send('records', since, contract, '', packet.close());
    this.open.delete(contract);
    this.spare.push(packet);
  }

  private send(kind: PacketKind, since: bigint, contract: string, reason: string, packed: Packed): void {
    const { dataset, run, resumes = false, now, emit } = this.options;
    const number = this.numbers.get(contract) ?? 0;
    this.numbers.set(contract, number + 1);
    const { version: dbnVersion, tsOut } = this;
    const chain = this.chains.get(contract);
    const optionsBefore = chain === undefined || chain === contract ? 0 : (this.numbers.get(chain) ?? 0);
    // Field by field: spread, they are half of what a packet of one record costs.
    const body = encodePacket({
      records: packed.records,
      count: packed.count,
      instruments: packed.instruments,
      firstTsRecv: packed.firstTsRecv,
      lastTsRecv: packed.lastTsRecv,
      firstSequence: packed.firstSequence,
      lastSequence: packed.lastSequence,
      contract,
      reason,
      kind,
      dataset,
      dbnVersion,
      tsOut,
      run,
      resumes,
      number,
      optionsBefore,
      settled: this.settled(),
      packedAt: now(),
    });
    emit({ contract, kind, body, records: packed.count, since });
  }

  /** What waits here is not settled either. */
  private settled(): bigint {
    let settled = this.options.settled?.() ?? 0n;
    for (const { since } of this.open.values()) if (since < settled) settled = since;
    return settled;
  }
}

const isControl = (rtype: number) => rtype === ERROR || rtype === MAPPING || rtype === SYSTEM;

function endAt(run: Uint8Array, at: number): number {
  const end = at + run[at] * 4;
  if (run[at] * 4 >= HEADER_BYTES && end <= run.length) return end;
  throw new SpymasterError(
    'CorruptDbn',
    `A record of ${run[at] * 4} bytes cannot be at byte ${at} of ${run.length}`,
    {
      offset: at,
    },
  );
}

function idAt(run: Uint8Array, view: DataView, at: number): number {
  endAt(run, at);
  return view.getUint32(at + 4, true);
}
