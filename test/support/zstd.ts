/** Compressed bytes for tests. */
import { loadZstdWriter } from '../../lake/raw/zstd';

export type Compress = (bytes: Uint8Array) => Uint8Array;

/** What compresses whole arrays, each into one frame with a checksum. */
export async function loadCompressor(): Promise<Compress> {
  const openWriter = await loadZstdWriter();
  return (bytes) => {
    const pieces: Uint8Array[] = [];
    const writer = openWriter((piece) => pieces.push(piece));
    writer.push(bytes);
    writer.end();
    return new Uint8Array(Buffer.concat(pieces));
  };
}
