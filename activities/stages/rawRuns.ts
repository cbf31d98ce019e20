/** Reading the raw files of a contract-date: one after the other, or merged where they overlap. */
import { LATEST_VERSION } from '../../graph/dbn/constants';
import { RecordView } from '../../graph/dbn/record';
import type { RecordType } from '../../graph/dbn/records';
import type { MergedFiles } from '../../graph/quality/overlaps';
import type { MboBatch } from '../../graph/records/mbo';
import { readDbn } from '../../lake/raw/dbnFile';
import { mergeMbo, mergeRecords } from '../../lake/raw/merge/mergedRecords';
import { bytesOf } from '../../lake/raw/merge/recordStream';
import type { RawInput } from './inputs';

/** Where a record lies: digest of its file, and offset in that, decompressed. */
export interface Place {
  source: string;
  offset: number;
}

export interface MboSink {
  /** @param placeOf of a row of the batch; both are valid during the call only */
  mbo: (batch: MboBatch, placeOf: (row: number) => Place) => void;
  /** Awaited now and then: the reading waits for a slow consumer. */
  drain: () => Promise<void> | void;
}

/**
 * Reads the MBO records of a run of files.
 * @param run files that overlap, or one alone
 * @returns what was left out; undefined of one file
 * @throws SpymasterError as `readDbn` does
 */
export async function readMbo(
  run: readonly RawInput[],
  { mbo, drain }: MboSink,
  signal: AbortSignal,
): Promise<MergedFiles | undefined> {
  if (run.length > 1) {
    const duplicates = await mergeMbo(
      run,
      (batch, records) =>
        mbo(batch, (row) => ({ source: run[records[row].source].digest, offset: records[row].offset })),
      { drain, signal },
    );
    return mergedFiles(run, duplicates);
  }
  const [{ path, digest: source, acceptTruncated }] = run;
  await readDbn(
    path,
    {
      mbo: (batch, offset, stride) => mbo(batch, (row) => ({ source, offset: offset + row * stride })),
      drain,
    },
    { signal, acceptTruncated },
  );
  return undefined;
}

/**
 * The same for records of another type, one by one.
 * @param take is given a view, valid during the call only, and where the record lies
 */
export async function readRecords(
  run: readonly RawInput[],
  type: RecordType,
  take: (view: RecordView, place: Place) => void,
  signal: AbortSignal,
): Promise<MergedFiles | undefined> {
  if (run.length > 1) {
    const view = new RecordView(LATEST_VERSION);
    const duplicates = await mergeRecords(
      run,
      type,
      (record) =>
        take(view.set(type, bytesOf(record), record.offset), {
          source: run[record.source].digest,
          offset: record.offset,
        }),
      { signal },
    );
    return mergedFiles(run, duplicates);
  }
  const [{ path, digest: source, acceptTruncated }] = run;
  const record = (view: RecordView) => {
    if (view.type === type) take(view, { source, offset: view.offset });
  };
  await readDbn(path, { record, mbo: () => undefined }, { signal, acceptTruncated });
  return undefined;
}

const mergedFiles = (run: readonly RawInput[], duplicates: number): MergedFiles => ({
  files: run.map(({ name }) => name),
  duplicates,
});
