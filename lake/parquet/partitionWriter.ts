/**
 * Rows of one partition on their way into files. Rows gather in memory until they fill a file, and a full one is
 * written in the background while more rows come in: two at a time, which keeps both decoding and compressing busy and
 * the memory bounded.
 */
import { randomUUID } from 'node:crypto';
import { MboBatch } from '../../graph/records/mbo';
import { GatheredRows } from '../../graph/datasets/gather';
import {
  storedColumns,
  type ColumnContract,
  type TableBatch,
  type TableContract,
} from '../../graph/datasets/schema';
import { SpymasterError } from '../../graph/errors';
import { enforce } from '../contracts/enforce';
import type { FileSpace } from '../store/fileSpace';
import { appendMbo, MBO_COLUMNS, MBO_TO_FILE, mboBlock, encodeLetters } from './mbo';
import { toFile, vectorType } from './projection';
import { withRowSource, type RowBlock } from './rowSource';
import { DICTIONARY } from './vectors';
import { writeParquet, type WrittenFile } from './write';

/** Rows a file holds at most: eight row groups, about 50 MB of MBO columns in memory. */
export const FILE_ROWS = 8 * 122_880;
const FILES_AT_ONCE = 2;

export class PartitionWriter {
  private readonly stored: ColumnContract[];
  private readonly select: string;
  private readonly id = randomUUID();

  private blocks: RowBlock[] = [];
  private blockRows = 0;
  private mbo: MboBatch | undefined;
  /** MBO buffers that have been written and may be filled again. */
  private readonly spare: MboBatch[] = [];

  private readonly files: Promise<WrittenFile>[] = [];
  private readonly writing = new Set<Promise<unknown>>();
  private failure: unknown;

  constructor(
    private readonly space: FileSpace,
    readonly contract: TableContract,
    private readonly signal?: AbortSignal,
  ) {
    this.stored = storedColumns(contract);
    this.select = this.stored.map(toFile).join(', ');
  }

  /**
   * Adds rows. The batch must not be changed before `finish`; await the result before writing much more.
   * @throws SpymasterError ContractViolation
   */
  write(batch: TableBatch): Promise<void> {
    enforce(batch, this.contract);
    this.blocks.push(this.blockOf(batch));
    this.blockRows += batch.rowCount;
    if (this.blockRows >= FILE_ROWS) this.flushBlocks();
    return this.drain();
  }

  /**
   * Adds MBO records `[from, to)`, in order; they are copied. Only for tables with the columns of `bronze.mbo`. Call
   * `drain` between larger amounts.
   * @throws SpymasterError ContractViolation naming the row whose action or side is no letter the contract allows
   */
  writeMbo(batch: MboBatch, from = 0, to = batch.length): void {
    if (this.failure) throw this.failure;
    if (!this.mbo) this.requireMboColumns();
    for (let at = from; at < to;) {
      const buffer = (this.mbo ??= this.spare.pop() ?? new MboBatch(FILE_ROWS));
      const rows = Math.min(to - at, buffer.capacity - buffer.length);
      appendMbo(buffer, batch, at, at + rows);
      const bad = encodeLetters(buffer, buffer.length - rows, buffer.length);
      if (bad >= 0) throw this.unknownLetter(batch, at + bad - (buffer.length - rows));
      at += rows;
      if (buffer.length === buffer.capacity) this.flushMbo(buffer);
    }
  }

  /** Resolves once no more than the allowed number of files is being written; rejects if one could not be. */
  async drain(): Promise<void> {
    while (this.writing.size >= FILES_AT_ONCE && !this.failure) await Promise.race(this.writing);
    if (this.failure) throw this.failure;
  }

  /** Writes what is left; a partition without rows becomes one empty file, for it is known to be empty. */
  async finish(): Promise<WrittenFile[]> {
    if (this.mbo && this.mbo.length > 0) this.flushMbo(this.mbo);
    if (this.blockRows > 0) this.flushBlocks();
    if (this.files.length === 0) {
      this.blocks = [this.blockOf(new GatheredRows(this.contract).build())];
      this.flushBlocks();
    }
    const written = await Promise.allSettled(this.files);
    if (this.failure) throw this.failure;
    return written.map((result) => (result as PromiseFulfilledResult<WrittenFile>).value);
  }

  /** Removes what was written so far. */
  async discard(): Promise<void> {
    this.failure ??= new SpymasterError('Cancelled', 'the write was abandoned');
    for (const file of await Promise.allSettled(this.files))
      if (file.status === 'fulfilled') await this.space.discard(file.value.staged);
  }

  private flushBlocks(): void {
    const blocks = this.blocks;
    this.blocks = [];
    this.blockRows = 0;
    this.start(this.select, blocks);
  }

  private flushMbo(buffer: MboBatch): void {
    this.mbo = undefined;
    this.start(MBO_TO_FILE, [mboBlock(buffer)], () => {
      buffer.length = 0;
      this.spare.push(buffer);
    });
  }

  private start(select: string, blocks: RowBlock[], done?: () => void): void {
    const index = this.files.length;
    const file = this.writeFile(index, select, blocks);
    this.files.push(file);
    const tracked = file
      .then(done, (error: unknown) => {
        this.failure ??= error;
      })
      .finally(() => this.writing.delete(tracked));
    this.writing.add(tracked);
  }

  private writeFile(index: number, select: string, blocks: RowBlock[]): Promise<WrittenFile> {
    const name = `part-${String(index).padStart(5, '0')}-${this.id}.parquet`;
    return withRowSource(blocks, (table) =>
      writeParquet(this.space, name, `SELECT ${select} FROM ${table}`, this.stored, this.signal),
    );
  }

  private blockOf(batch: TableBatch): RowBlock {
    const columns = this.stored.map(({ name, type }) => ({
      name,
      type: vectorType(type),
      data: batch.columns[name],
    }));
    return { rowCount: batch.rowCount, columns };
  }

  private unknownLetter({ action, side }: MboBatch, row: number): SpymasterError {
    const field = DICTIONARY.action.includes(String.fromCharCode(action[row])) ? 'side' : 'action';
    const byte = field === 'side' ? side[row] : action[row];
    return new SpymasterError(
      'ContractViolation',
      `${this.contract.name}: ${field} in row ${row} is the byte ${byte}`,
      {
        field,
        row,
        expected: `one of ${Array.from(DICTIONARY[field]).join(', ')}`,
      },
    );
  }

  private requireMboColumns(): void {
    const missing = MBO_COLUMNS.filter((name) => !this.stored.some((column) => column.name === name));
    if (missing.length > 0)
      throw new SpymasterError('ContractViolation', `${this.contract.name} does not hold MBO records`, {
        field: missing[0],
      });
  }
}
