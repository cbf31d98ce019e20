/** Order messages kept in a file of their own for a while: written once, read from any row on. */
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { MboBatch } from '../../../graph/records/mbo';
import { appendMbo } from '../../../lake/parquet/mbo';

const CHUNK_RECORDS = 16_384;
const CHUNK_BYTES = MboBatch.bytes(CHUNK_RECORDS);

export class RecordSpool {
  /** Records that are in it. */
  length = 0;
  private filling = new MboBatch(CHUNK_RECORDS);
  private written = 0;

  private constructor(private readonly file: FileHandle) {}

  /** The file has no name: however the process ends, nothing is left of it. */
  static async open(): Promise<RecordSpool> {
    const path = join(tmpdir(), `spymaster-records-${randomUUID()}`);
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    return new RecordSpool(file);
  }

  async append(batch: MboBatch, from = 0, to = batch.length): Promise<void> {
    for (let at = from; at < to;) {
      const rows = Math.min(to - at, CHUNK_RECORDS - this.filling.length);
      appendMbo(this.filling, batch, at, at + rows);
      at += rows;
      this.length += rows;
      if (this.filling.length < CHUNK_RECORDS) continue;
      await this.file.write(new Uint8Array(this.filling.buffer), 0, CHUNK_BYTES, this.written * CHUNK_BYTES);
      this.written++;
      this.filling = new MboBatch(CHUNK_RECORDS);
    }
  }

  /**
   * The chunk with a record.
   * @param row less than `length`
   * @returns a batch, and which of its rows it is; the last chunk goes on growing
   */
  async read(row: number): Promise<{ batch: MboBatch; at: number }> {
    const chunk = Math.floor(row / CHUNK_RECORDS);
    const at = row % CHUNK_RECORDS;
    if (chunk === this.written) return { batch: this.filling, at };
    const batch = new MboBatch(CHUNK_RECORDS);
    await this.file.read(new Uint8Array(batch.buffer), 0, CHUNK_BYTES, chunk * CHUNK_BYTES);
    batch.length = CHUNK_RECORDS;
    return { batch, at };
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
