/** What a session has given since the last part was taken: records and rows on their way into the lake. */
import { DeadLetters } from '../../activities/stages/deadLetters';
import type { Place } from '../../activities/stages/rawRuns';
import { GatheredTables } from '../../graph/datasets/gather';
import type { TableBatch } from '../../graph/datasets/schema';
import { MboBatch } from '../../graph/records/mbo';
import type { DeadLetterReason } from '../../graph/records/validate';
import { rowsIn, type SessionEvent } from '../../graph/session/operators';
import type { SessionFilterSink } from '../../graph/session/sessionFilter';
import { appendMbo } from '../../lake/parquet/mbo';
import { HubLetters, type LettersByLane } from './hubLetters';

/** Rows of a contract-date that go into the lake together. */
export interface CapturedPart {
  /** Records of `bronze.mbo`, in order. */
  readonly records: readonly MboBatch[];
  readonly letters: TableBatch;
  /** What of the hub could not be read. */
  readonly hubLetters: LettersByLane;
  /** Rows by table: of Silver and Gold, and what Bronze has of options. */
  readonly tables: ReadonlyMap<string, TableBatch>;
}

const CHUNK_RECORDS = 16_384;

export class SessionCapture implements SessionFilterSink {
  private chunks: MboBatch[] = [];
  private tables = new GatheredTables();
  readonly letters: DeadLetters;
  readonly hubLetters = new HubLetters();

  /** @param tickNanos the contract's tick, 1e-9 */
  constructor(tickNanos: number) {
    this.letters = new DeadLetters(tickNanos);
  }

  /** Records of `bronze.mbo` that wait to be taken. */
  get records(): number {
    return this.chunks.reduce((sum, { length }) => sum + length, 0);
  }

  /** Says where the records that follow came from. */
  place(place: Place): void {
    this.letters.place(() => place);
  }

  keep(batch: MboBatch, from: number, to: number): void {
    for (let at = from; at < to;) {
      let chunk = this.chunks.at(-1);
      if (!chunk || chunk.length === chunk.capacity) this.chunks.push((chunk = new MboBatch(CHUNK_RECORDS)));
      const rows = Math.min(to - at, chunk.capacity - chunk.length);
      appendMbo(chunk, batch, at, at + rows);
      at += rows;
    }
  }

  reject(batch: MboBatch, i: number, reason: DeadLetterReason, kept: number): void {
    this.letters.add(batch, i, reason, kept);
  }

  add(events: readonly SessionEvent[]): void {
    this.addRows(rowsIn(events));
  }

  addRows(rows: readonly TableBatch[]): void {
    this.tables.add(rows);
  }

  take(): CapturedPart {
    const part = {
      records: this.chunks,
      letters: this.letters.take(),
      hubLetters: this.hubLetters.take(),
      tables: this.tables.build(),
    };
    this.chunks = [];
    this.tables = new GatheredTables();
    return part;
  }
}
