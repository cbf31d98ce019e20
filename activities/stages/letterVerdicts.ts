/**
 * Which dead letters can go back among the rows of their partition. A letter is validated by the present rules where it
 * arrived: not before the capture time of the record before it, and not after that of the record behind it.
 */
import { MBO_BYTES, MBO_HEADER, RecordWords, scatterMbo } from '../../graph/dbn/mboCodec';
import type { DeadLetter } from '../../graph/records/deadLettersTable';
import { Flag, MboBatch } from '../../graph/records/mbo';
import { validateMbo, type DeadLetterReason, type MboRules } from '../../graph/records/validate';

/** An order message that was set aside. */
export type MboLetter = DeadLetter & { readonly position: number };

export interface Letter {
  letter: MboLetter;
  /** Its record, one row; undefined for a letter that cannot go back. */
  record: MboBatch | undefined;
}

export interface Verdict {
  passes: boolean;
  /** The rule the letter breaks: the first, if it breaks another one now than when it was set aside. */
  reason: DeadLetterReason;
}

/** The record of a letter, one row; undefined if its bytes are no MBO record of DBN version 3. */
export function decodeLetter(bytes: Uint8Array): MboBatch | undefined {
  if (bytes.length !== MBO_BYTES) return undefined;
  const words = new RecordWords(bytes.slice().buffer, 0, MBO_BYTES);
  const batch = new MboBatch(1);
  return scatterMbo(words, 0, MBO_BYTES / 4, MBO_HEADER, batch) === 1 ? batch : undefined;
}

/** Whether a letter passes the rules that need no neighbouring records. */
export const mayPass = ({ record }: Letter, rules: MboRules): boolean =>
  record !== undefined && validateMbo(record, 0, rules, -Infinity) === null;

/** Goes through a partition's rows, in order, and judges the letters between them. */
export class LetterJudge {
  private readonly verdicts: Verdict[] = [];
  /** Rows seen so far. */
  private rows = 0;
  /** Latest trusted capture time of a row, or of a letter that passed; ns since the rules' origin. */
  private latest = -Infinity;

  /** @param letters in order of their positions */
  constructor(
    private readonly letters: readonly Letter[],
    private readonly rules: MboRules,
  ) {}

  /** Takes the next rows of the partition; their capture times and flags are read. */
  push(batch: MboBatch): void {
    const { origin } = this.rules;
    for (let i = 0; i < batch.length; i++, this.rows++) {
      const t = origin.offset(batch.tsRecvWords, i);
      const trusted = (batch.flags[i] & Flag.BadTsRecv) === 0;
      this.judgeUpTo(this.rows, trusted ? t : Infinity);
      if (trusted && t > this.latest) this.latest = t;
    }
  }

  /** The verdicts, letter by letter, after the last row. */
  finish(): Verdict[] {
    this.judgeUpTo(Infinity, Infinity);
    return this.verdicts;
  }

  /** Judges the letters that arrived before a row. `nextTs` is the capture time of that row, where it can be trusted. */
  private judgeUpTo(row: number, nextTs: number): void {
    const { letters, verdicts } = this;
    while (verdicts.length < letters.length && letters[verdicts.length].letter.position <= row)
      verdicts.push(this.judge(letters[verdicts.length], nextTs));
  }

  private judge({ letter, record }: Letter, nextTs: number): Verdict {
    const setAside = letter.reason;
    if (!record) return { passes: false, reason: setAside };
    const t = this.rules.origin.offset(record.tsRecvWords, 0);
    const trusted = (record.flags[0] & Flag.BadTsRecv) === 0;
    const broken =
      validateMbo(record, 0, this.rules, this.latest) ?? (trusted && t > nextTs ? 'ts_regressed' : null);
    if (broken !== null) return { passes: false, reason: broken };
    if (trusted && t > this.latest) this.latest = t;
    return { passes: true, reason: setAside };
  }
}
