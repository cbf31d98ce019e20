/** The records of packets, as far as they are what they say: one that is none of its type is told, and those after it go on. */
import { DbnDecoder, type DbnSink } from '../../graph/dbn/decoder';
import { fileMetadata } from '../../graph/dbn/metadata';
import { SpymasterError } from '../../graph/errors';
import type { Packet } from '../../graph/feed/packet';

/** Packets carry no metadata: they say what is needed of it. */
const RECORDS_ALONE = { dataset: '', schema: null, start: 0n, end: null, symbols: [] };

const NO_RECORD: ReadonlySet<string> = new Set(['CorruptDbn', 'UnsupportedDbn']);

export class PacketRecords {
  private readonly sink: DbnSink;
  private readonly decoders = new Map<string, DbnDecoder>();

  /** @param corrupt is told of bytes that are no record, and what is wrong with them */
  constructor(
    sink: Pick<DbnSink, 'mbo' | 'record'>,
    private readonly corrupt: (bytes: Uint8Array, fault: string) => void,
  ) {
    this.sink = {
      ...sink,
      unknown: (rtype, bytes) => corrupt(bytes, `Record type ${rtype} is not known.`),
    };
  }

  read(packet: Packet): void {
    let { records } = packet;
    while (records.length > 0) {
      const decoder = this.decoderOf(packet);
      const begin = decoder.position;
      try {
        decoder.push(records);
        return;
      } catch (error) {
        if (!(error instanceof SpymasterError && NO_RECORD.has(error.code))) throw error;
        // It takes nothing more after that.
        this.decoders.clear();
        const at = (error.details.offset ?? begin) - begin;
        const length = records[at] * 4;
        this.corrupt(records.subarray(at, at + length), error.message);
        records = records.subarray(at + length);
      }
    }
  }

  private decoderOf({ dbnVersion: version, tsOut }: Packet): DbnDecoder {
    const key = `${version} ${tsOut}`;
    let decoder = this.decoders.get(key);
    if (!decoder) {
      const metadata = fileMetadata({ ...RECORDS_ALONE, version, tsOut });
      this.decoders.set(key, (decoder = new DbnDecoder(this.sink, { metadata })));
    }
    return decoder;
  }
}
