/** The feed's JSON form: an event for each order message. What has no such form is set aside, as the packer does. */
import { HEADER_BYTES, type DbnVersion } from '../dbn/constants';
import { viewRecord, type RecordView } from '../dbn/record';
import type { DbnRecord } from '../dbn/records';
import { SpymasterError } from '../errors';
import { envelopeText } from './envelope';
import { Instruments } from './instruments';
import { Packer, UNMAPPED, type PackerOptions } from './packer';

/** Why a record that is no order message is set aside. */
export const NO_ENVELOPE = 'no_envelope';

const CONTROL: ReadonlySet<string> = new Set(['system', 'error']);

export class EnvelopeWriter {
  private readonly instruments: Instruments;
  private readonly aside: Packer;
  private readonly encoder = new TextEncoder();

  constructor(private readonly options: PackerOptions) {
    this.instruments = new Instruments(options.products);
    this.aside = new Packer(options);
  }

  /**
   * Takes a run of whole records.
   * @throws SpymasterError CorruptDbn when it is none
   */
  push(run: Uint8Array, version: DbnVersion, tsOut: boolean): void {
    this.aside.reads(version, tsOut);
    for (let at = 0, length = 0; at < run.length; at += length) {
      length = run[at] * 4;
      if (length < HEADER_BYTES || at + length > run.length)
        throw new SpymasterError('CorruptDbn', `A record of ${length} bytes cannot be at byte ${at}`, {
          offset: at,
        });
      this.take(run, at, viewRecord(run.subarray(at, at + length), version));
    }
  }

  private take(run: Uint8Array, at: number, view: RecordView): void {
    if (CONTROL.has(view.type)) return;
    if (view.type === 'symbol-mapping') {
      this.instruments.learn(view.decode() as DbnRecord<'symbol-mapping'>);
      return;
    }
    const instrument = this.instruments.of(view.instrumentId);
    if (!instrument || view.type !== 'mbo') {
      this.aside.setAside(run, at, instrument ? NO_ENVELOPE : UNMAPPED);
      return;
    }
    const { dataset, now, emit } = this.options;
    const text = envelopeText(view.decode() as DbnRecord<'mbo'>, instrument, dataset, now());
    const { contract } = instrument;
    const since = view.tsRecv ?? 0n;
    emit({ contract, kind: 'records', body: this.encoder.encode(text), records: 1, since });
  }

  /** An envelope cannot say that something is missing; the feed's log does. */
  gap(): void {}

  /** Nothing waits. */
  flush(): void {}

  get isEmpty(): boolean {
    return true;
  }
}
