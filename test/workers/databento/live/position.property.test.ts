import fc from 'fast-check';
import { encodeRecord } from '../../../../graph/dbn';
import { viewOf } from '../../../../graph/dbn/fields';
import { StreamPosition } from '../../../../workers/databento/live/position';
import { someMbo } from '../../../support/dbnFiles';

const [TEMPLATE] = someMbo(1);

/** Records of three instruments in order of capture, many of them at the same time; `sequence` numbers them. */
const stream = fc
  .array(fc.record({ later: fc.nat(2), instrumentId: fc.integer({ min: 1, max: 3 }) }), { minLength: 1 })
  .map((steps) => {
    let tsRecv = TEMPLATE.tsRecv;
    return steps.map(({ later, instrumentId }, sequence) => {
      tsRecv += BigInt(later);
      return { ...TEMPLATE, instrumentId, sequence, tsRecv };
    });
  });

test('however often a stream is cut and replayed from some time before the cut, each record is new once', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.record({ read: fc.nat(30), back: fc.nat(4) })), (records, cuts) => {
      const views = records.map((record) => viewOf(encodeRecord(record)));
      const position = new StreamPosition();
      const taken: number[] = [];
      let at = 0;
      const take = (until: number) => {
        for (; at < until; at++) if (position.take(views[at], 0) === 'new') taken.push(records[at].sequence);
      };
      for (const { read, back } of cuts) {
        take(Math.min(records.length, at + read));
        if (!position.begun) continue;
        position.beginReplay();
        const start = position.tsRecv - BigInt(back);
        at = records.findIndex(({ tsRecv }) => tsRecv >= start);
      }
      take(records.length);
      expect(taken.toSorted((a, b) => a - b)).toEqual(records.map(({ sequence }) => sequence));
      const ofOne = (id: number) => taken.filter((sequence) => records[sequence].instrumentId === id);
      for (const id of [1, 2, 3]) expect(ofOne(id)).toEqual(ofOne(id).toSorted((a, b) => a - b));
    }),
  );
});
