/**
 * The feed's JSON form: a message for each order message, which takes along the packet of the same record, from which a feed that is
 * started again knows where this one ended. What has no such form is set aside, as the packer does.
 */
import { HEADER_BYTES, type DbnVersion } from '../dbn/constants';
import { viewRecord, type RecordView } from '../dbn/record';
import type { DbnRecord } from '../dbn/records';
import { SpymasterError } from '../errors';
import { envelopeText } from './envelope';
import { Instruments } from './instruments';
import { Packer, type FeedMessage, type PackerOptions } from './packer';

/** Why a record that is no order message is set aside. */
export const NO_ENVELOPE = 'no_envelope';

export class EnvelopeWriter {
  private readonly instruments: Instruments;
  private readonly packer: Packer;
  private readonly encoder = new TextEncoder();
  /** The form of the record that is being packed. */
  private text = '';

  constructor(private readonly options: PackerOptions) {
    this.instruments = new Instruments(options.products);
    const emit = (message: FeedMessage) => options.emit(this.asEnvelope(message));
    this.packer = new Packer({ ...options, emit });
  }

  /**
   * Takes a run of whole records.
   * @throws SpymasterError CorruptDbn when it is none
   */
  push(run: Uint8Array, version: DbnVersion, tsOut: boolean): void {
    this.packer.reads(version, tsOut);
    for (let at = 0, length = 0; at < run.length; at += length) {
      length = run[at] * 4;
      if (length < HEADER_BYTES || at + length > run.length)
        throw new SpymasterError('CorruptDbn', `A record of ${length} bytes cannot be at byte ${at}`, {
          offset: at,
        });
      const record = run.subarray(at, at + length);
      const view = viewRecord(record, version);
      if (this.canSay(view)) this.packer.push(record, version, tsOut);
      else this.packer.setAside(run, at, NO_ENVELOPE);
      this.packer.flush();
    }
  }

  /** Makes the text of an order message ready; false of records that are neither one nor for the packer to judge. */
  private canSay(view: RecordView): boolean {
    if (view.type === 'symbol-mapping') this.instruments.learn(view.decode() as DbnRecord<'symbol-mapping'>);
    const instrument = this.instruments.of(view.instrumentId);
    if (CONTROL.has(view.type) || !instrument) return true;
    if (view.type !== 'mbo') return false;
    const { dataset, now } = this.options;
    this.text = envelopeText(view.decode() as DbnRecord<'mbo'>, instrument, dataset, now());
    return true;
  }

  private asEnvelope(message: FeedMessage): FeedMessage {
    if (message.kind !== 'records') return message;
    return { ...message, body: this.encoder.encode(this.text), packet: message.body };
  }

  /** An envelope cannot say that something is missing; the feed's log does. */
  gap(): void {}

  /** Nothing waits. */
  flush(): void {}

  get isEmpty(): boolean {
    return true;
  }
}

const CONTROL: ReadonlySet<string> = new Set(['system', 'error', 'symbol-mapping']);
