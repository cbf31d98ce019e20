import { MboBatch } from '../../../graph/records/mbo';
import { dateFrame } from '../../../graph/products/dateFrame';
import type { SessionInput } from '../../../graph/session/operators';
import { OptionReplay, pushMerged, type OptionRows } from '../../../graph/session/optionReplay';
import { ES } from '../../support/products';
import { record, writeRow } from '../book/records';

const frame = dateFrame(ES, '2024-03-05');
const at = (ns: number) => frame.origin.ns + BigInt(ns);

/** Records of the future, captured at these times after the origin. */
function futureAt(...times: number[]): MboBatch {
  const batch = new MboBatch(times.length);
  times.forEach((ns, i) =>
    writeRow(batch, i, record({ id: BigInt(i + 1), tsRecv: at(ns), tsEvent: at(ns) })),
  );
  batch.length = times.length;
  return batch;
}

const definition = (ns: number, instrumentId: number) => ({
  tsRecv: at(ns),
  instrumentId,
  symbol: '',
  instrumentClass: 'T',
  underlying: '',
  strikePrice: null,
  expiration: null,
});
const statistic = (ns: number, instrumentId: number, statType = 9) => ({
  tsRecv: at(ns),
  instrumentId,
  statType,
  tsRef: null,
  price: null,
  quantity: 1n,
  updateAction: 1,
});
const trade = (ns: number, instrumentId: number) => ({
  tsRecv: at(ns),
  tsEvent: at(ns),
  instrumentId,
  price: 1n,
  size: 1,
  side: 'B',
});

/** Writes down what is pushed, in order: `f20` is a record of the future captured at 20, `trade 3` one of instrument 3. */
class Notes {
  readonly frame = frame;
  readonly lines: string[] = [];

  push(input: SessionInput): void {
    if (input.kind === 'records') {
      const { batch, from, to } = input;
      for (let i = from; i < to; i++) this.lines.push(`f${frame.origin.offset(batch.tsRecvWords, i)}`);
    } else if (input.kind === 'option') {
      const { record: told } = input;
      const id = told.type === 'definition' ? told.definition.instrumentId : told.instrumentId;
      this.lines.push(`${told.type} ${id}`);
    }
  }
}

const rows: OptionRows = {
  definitions: [definition(5, 1), definition(20, 2)],
  statistics: [statistic(20, 3), statistic(20, 4), statistic(22, 5, 6)],
  trades: [trade(20, 6), trade(15, 7), trade(30, 8), trade(40, 9)],
};
const merged = [
  'definition 1',
  'f10',
  'trade 7',
  'f20',
  'definition 2',
  'openInterest 3',
  'openInterest 4',
  'trade 6',
  'f25',
  'f30',
  'f30',
  'trade 8',
  'f31',
];
const future = futureAt(10, 20, 25, 30, 30, 31);

it('records come in the order of capture, at one instant those of the future first, then by kind, each kind in its order', () => {
  const notes = new Notes();
  pushMerged(notes, future, new OptionReplay(rows, frame));
  expect(notes.lines).toEqual(merged);
});

it('the order does not depend on where batches end, nor on where a driver was replaced', () => {
  for (let cut = 0; cut <= future.length; cut++) {
    const notes = new Notes();
    const replay = new OptionReplay(rows, frame);
    pushMerged(notes, future, replay, 0, cut);
    const since = cut > 0 ? frame.origin.offset(future.tsRecvWords, cut - 1) : -Infinity;
    pushMerged(notes, future, new OptionReplay(rows, frame, since), cut);
    expect(notes.lines).toEqual(merged);
  }
});
