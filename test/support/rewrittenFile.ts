/** A real MBO file with some of its records altered. */
import { encodeMetadata } from '../../graph/dbn';
import { encodeMbo, MBO_BYTES } from '../../graph/dbn/mboCodec';
import type { DbnMetadata } from '../../graph/dbn/metadata';
import type { MboBatch } from '../../graph/records/mbo';
import { readDbn } from '../../lake/raw/dbnFile';

/**
 * @param alter is called for every record, `n` counting through the file
 * @returns the file as plain DBN of version 3
 */
export async function rewritten(
  path: string,
  alter: (batch: MboBatch, i: number, n: number) => void,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let n = 0;
  const metadata = (found: DbnMetadata) => void pieces.push(encodeMetadata({ ...found, version: 3 }));
  await readDbn(path, {
    metadata,
    mbo: (batch) => {
      for (let i = 0; i < batch.length; i++) alter(batch, i, n++);
      const bytes = new Uint8Array(batch.length * MBO_BYTES);
      encodeMbo(batch, 0, batch.length, bytes, 0);
      pieces.push(bytes);
    },
  });
  return new Uint8Array(Buffer.concat(pieces));
}
