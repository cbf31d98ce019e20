import {
  decodeLetter,
  LetterJudge,
  mayPass,
  type Letter,
  type MboLetter,
} from '../../../activities/stages/letterVerdicts';
import { encodeMbo, MBO_BYTES } from '../../../graph/dbn/mboCodec';
import { TimeOrigin } from '../../../graph/market/time';
import { Flag, MboBatch } from '../../../graph/records/mbo';
import type { DeadLetterReason } from '../../../graph/records/validate';
import { appendMbo } from '../../../lake/parquet/mbo';
import { syntheticMbo } from '../../support/lake';

const ORIGIN = 1_703_548_799_000_000_000n;
const RULES = { origin: new TimeOrigin(ORIGIN), windowStart: -1, windowEnd: 1e9, tickNanos: 0 };

/** Usable records at the given times, ns since the origin. */
function records(...times: number[]): MboBatch {
  const batch = new MboBatch(Math.max(1, times.length));
  times.forEach((t, i) => {
    batch.tsRecv[i] = batch.tsEvent[i] = ORIGIN + BigInt(t);
    batch.size[i] = 1;
    batch.action[i] = 'A'.charCodeAt(0);
    batch.side[i] = 'B'.charCodeAt(0);
  });
  batch.length = times.length;
  return batch;
}

const letter = (position: number, t: number, reason: DeadLetterReason = 'price_off_tick'): Letter => ({
  letter: { reason, position } as MboLetter,
  record: records(t),
});

/** Verdicts on letters among rows that come batch by batch. */
function judge(letters: Letter[], ...batches: MboBatch[]) {
  const judging = new LetterJudge(letters, RULES);
  for (const batch of batches) judging.push(batch);
  return judging.finish().map(({ passes, reason }) => (passes ? 'passes' : reason));
}

describe('a letter', () => {
  it('gives back the record it was made from, and nothing for other bytes', () => {
    const batch = syntheticMbo(5);
    const bytes = new Uint8Array(5 * MBO_BYTES);
    encodeMbo(batch, 0, 5, bytes, 0);
    const again = new MboBatch(5);
    for (let at = 0; at < bytes.length; at += MBO_BYTES)
      appendMbo(again, decodeLetter(bytes.subarray(at, at + MBO_BYTES))!, 0, 1);
    const written = new Uint8Array(bytes.length);
    encodeMbo(again, 0, 5, written, 0);
    expect(written).toEqual(bytes);
    const other = bytes.slice(0, MBO_BYTES);
    other[1] = 0;
    for (const none of [other, bytes.subarray(0, 55), new Uint8Array(0)])
      expect(decodeLetter(none)).toBeUndefined();
  });

  it('may pass if its record alone breaks no rule', () => {
    expect(mayPass(letter(0, 5), RULES)).toBe(true);
    expect(mayPass(letter(0, 2e9), RULES)).toBe(false);
    expect(mayPass({ ...letter(0, 5), record: undefined }, RULES)).toBe(false);
  });
});

describe('verdicts', () => {
  it('follow from the rows before and behind a letter, whatever the batches', () => {
    const letters = [letter(0, 5), letter(1, 25), letter(2, 22), letter(2, 21), letter(4, 45), letter(4, 44)];
    const expected = ['passes', 'ts_regressed', 'passes', 'ts_regressed', 'passes', 'ts_regressed'];
    expect(judge(letters, records(10, 20, 30, 40))).toEqual(expected);
    expect(judge(letters, records(10), records(20, 30), records(), records(40))).toEqual(expected);
  });

  it('name the rule that is broken now, or the old one for a letter that was not judged', () => {
    const broken = letter(0, 2e9, 'side_unknown');
    const unread = { ...letter(0, 5, 'unknown_order'), record: undefined };
    expect(judge([broken, unread], records(10))).toEqual(['ts_out_of_session', 'unknown_order']);
  });

  it('do not go by capture times that are flagged as bad', () => {
    const flagged = records(10);
    flagged.flags[0] = Flag.BadTsRecv;
    expect(judge([letter(0, 15)], flagged)).toEqual(['passes']);
    const ahead = records(30, 20);
    ahead.flags[0] = Flag.BadTsRecv;
    expect(judge([letter(1, 15)], ahead)).toEqual(['passes']);
    const bad = letter(1, 5);
    bad.record!.flags[0] = Flag.BadTsRecv;
    expect(judge([bad], records(10, 20))).toEqual(['passes']);
  });
});
