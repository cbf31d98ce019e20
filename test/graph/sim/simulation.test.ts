import type { DbnRecord } from '../../../graph/dbn';
import { sessionOf } from '../../../graph/market/calendar';
import type { MboBatch } from '../../../graph/records/mbo';
import { Simulation } from '../../../graph/sim/simulation';
import { decode, digests, iso, mboFiles, poolOf, replay, REQUEST, simulate, tradingOn } from './simulated';
import { ES, PRODUCTS } from '../../support/products';

const columns = (batch: MboBatch, i: number) => ({
  action: String.fromCharCode(batch.action[i]),
  side: String.fromCharCode(batch.side[i]),
  flags: batch.flags[i],
  orderId: batch.orderId[i],
  tsEvent: batch.tsEvent[i],
  tsRecv: batch.tsRecv[i],
});

describe('a simulated week', () => {
  const week = simulate({ from: '2024-03-01', days: 3, events: 60_000, options: true });
  const [replica] = replay(week, tradingOn('2024-03-01', '2024-03-04', '2024-03-05')).values();

  it('comes in files by UTC day, named and described as Databento does', () => {
    expect(mboFiles(week).map(([name]) => name)).toEqual([
      'xsim-mdp3-20240229.mbo',
      'xsim-mdp3-20240301.mbo',
      'xsim-mdp3-20240303.mbo',
      'xsim-mdp3-20240304.mbo',
      'xsim-mdp3-20240305.mbo',
    ]);
    for (const [name, bytes] of week.files) {
      const { metadata } = decode(bytes);
      const [, day, schema] = /-(\d{8})\.(\w+)$/.exec(name)!;
      expect(metadata).toMatchObject({ version: 3, dataset: 'XSIM.MDP3', schema, stypeOut: 'instrument_id' });
      const date = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
      expect(iso(metadata.start).slice(0, 10)).toBe(date);
      expect(metadata.mappings[0].intervals[0].startDate).toBe(date);
      if (schema === 'mbo') expect(metadata).toMatchObject({ stypeIn: 'raw_symbol', symbols: ['ESH4'] });
    }
  });

  it('has every row in the file of its capture time, and none before the file begins', () => {
    for (const [, bytes] of mboFiles(week)) {
      let first = 0n;
      let last = 0n;
      const { metadata } = decode(bytes, (batch) => {
        first ||= batch.tsRecv[0];
        last = batch.tsRecv[batch.length - 1];
      });
      expect(first >= metadata.start).toBe(true);
      expect(last < metadata.end!).toBe(true);
    }
  });

  it('opens each file with a snapshot: R, then A, all flagged, the last one ending it', () => {
    const times = mboFiles(week).map(([, bytes]) => {
      const rows: ReturnType<typeof columns>[] = [];
      decode(bytes, (batch) => {
        for (let i = 0; i < batch.length; i++) rows.push(columns(batch, i));
      });
      const end = rows.findIndex(({ flags }) => flags === 168);
      expect(rows[0]).toMatchObject({ action: 'R', side: 'N', flags: 40, orderId: 0n });
      expect(rows.slice(1, end).every(({ action, flags }) => action === 'A' && flags === 40)).toBe(true);
      expect(rows.slice(0, end + 1).every(({ tsRecv }) => tsRecv === rows[0].tsRecv)).toBe(true);
      expect(rows.slice(end + 1).every(({ flags }) => [0, 130, 128].includes(flags))).toBe(true);
      expect(rows[0].tsEvent).toBe(rows[1].tsEvent);
      const events = rows.slice(1, end + 1).map(({ tsEvent }) => tsEvent);
      expect(events.every((t, k) => k === 0 || t >= events[k - 1])).toBe(true);
      return iso(rows[0].tsRecv);
    });
    expect(times).toEqual([
      // The first evening, from its pre-open; then midnights, and the exchange's own snapshot of Sunday.
      '2024-02-29T22:45:00.000Z',
      '2024-03-01T00:00:00.000Z',
      '2024-03-03T13:00:05.000Z',
      '2024-03-04T00:00:00.000Z',
      '2024-03-05T00:00:00.000Z',
    ]);
  });

  it('tells of a book that is consistent in every event, and of which each snapshot is a true copy', () => {
    expect(replica.faults).toEqual({});
    expect(replica.snapshots.slice(1).map(({ difference }) => difference)).toEqual([0, 0, 0, 0]);
    expect(replica.snapshots[0].rows).toBe(8701);
    expect(replica.actions.T).toBeGreaterThan(3000);
  });

  it('opens with an auction: crossed before, one print without a side or order id', () => {
    expect(replica.aggressors.auction).toBe(3);
    expect(replica.crossed).toBeGreaterThan(100);
    expect(replica.flags['128']).toBe(3);
  });

  it('carries orders from day to day and cancels those of the day at the close', () => {
    const { globexClose } = sessionOf('2024-03-04', ES);
    let expired = 0;
    let quiet = 0;
    decode(week.files.get('xsim-mdp3-20240304.mbo')!, (batch) => {
      for (let i = 0; i < batch.length; i++) {
        const t = batch.tsEvent[i];
        if (t === globexClose - 20_000_000n) expired++;
        else if (t > globexClose - 20_000_000n && t < globexClose + 2_700_000_000_000n) quiet++;
        if (t < globexClose && batch.tsRecv[i] > globexClose) throw new Error('captured after the close');
      }
    });
    // Few of so thin a session: most that are left by then take the place of filled ones good till cancelled.
    expect(expired).toBeGreaterThan(0);
    expect(quiet).toBe(0);
    expect(replica.orders.size).toBeGreaterThan(5000);
  });

  it('moves from day to day without jumps of its own', () => {
    const gaps: number[] = [];
    let last = NaN;
    let lastTime = 0n;
    for (const [, bytes] of mboFiles(week))
      decode(bytes, (batch) => {
        for (let i = 0; i < batch.length; i++) {
          if (batch.action[i] !== 0x54) continue;
          const price = Number(batch.price[i]) / 1e9;
          if (batch.tsEvent[i] - lastTime > 600_000_000_000n && last === last)
            gaps.push(Math.abs(price - last));
          last = price;
          lastTime = batch.tsEvent[i];
        }
      });
    expect(Math.max(...gaps)).toBeLessThan(20);
  });

  describe('its options', () => {
    const records = (name: string) => decode(week.files.get(`xsim-mdp3-${name}`)!).records;
    const definitions = records('20240304.definition') as DbnRecord<'definition'>[];
    const byId = new Map(definitions.map((definition) => [definition.instrumentId, definition]));

    it('are defined as the exchange defines them', () => {
      const named = (symbol: string) => definitions.find(({ rawSymbol }) => rawSymbol === symbol)!;
      expect(byId.size).toBe(definitions.length);
      expect(named('ESH4')).toMatchObject({
        instrumentClass: 'F',
        minPriceIncrement: 250_000_000n,
        unitOfMeasureQty: 50_000_000_000n,
        expiration: BigInt(Date.parse('2024-03-15T13:30:00Z')) * 1_000_000n,
      });
      // First Tuesday of March, at the close; the second Friday; the month's end, in June's contract; the quarterly.
      const close = (day: string, time: string) => BigInt(Date.parse(`2024-${day}T${time}Z`)) * 1_000_000n;
      expect(named('E1BH4 C5100')).toMatchObject({
        expiration: close('03-05', '21:00:00'),
        underlying: 'ESH4',
      });
      expect(named('EW2H4 P5000')).toMatchObject({ expiration: close('03-08', '21:00:00'), asset: 'EW2' });
      expect(named('EWH4 C5100')).toMatchObject({
        expiration: close('03-28', '20:00:00'),
        underlying: 'ESM4',
      });
      expect(named('ESH4 P5100')).toMatchObject({
        instrumentClass: 'P',
        strikePrice: 5_100_000_000_000n,
        underlying: 'ESH4',
        underlyingId: named('ESH4').instrumentId,
        expiration: close('03-15', '13:30:00'),
        minPriceIncrement: 0x7fff_ffff_ffff_ffffn,
        unitOfMeasureQty: 50_000_000_000n,
        cfi: 'OPAFPS',
        securityType: 'OOF',
      });
      expect(definitions.length).toBeGreaterThan(1500);
    });

    it('have their open interest published once a trade date, Friday’s on Sunday', () => {
      const published = [...week.files.keys()].filter((name) => name.endsWith('.statistics'));
      expect(published).toEqual(
        ['20240229', '20240301', '20240303', '20240305'].map((day) => `xsim-mdp3-${day}.statistics`),
      );
      const statistics = records('20240303.statistics') as DbnRecord<'statistics'>[];
      const interest = statistics.filter(({ statType }) => statType === 9);
      const friday = BigInt(Date.parse('2024-03-01')) * 1_000_000n;
      expect(new Set(interest.map(({ tsRef }) => tsRef))).toEqual(new Set([friday]));
      expect(interest.length).toBeGreaterThan(1500);
      const total = interest.reduce((sum, { quantity }) => sum + Number(quantity), 0);
      expect(total).toBeGreaterThan(1e6);
    });

    it('trade in the money’s neighbourhood, at prices above intrinsic and on their ticks', () => {
      const trades = records('20240304.trades') as DbnRecord<'trades'>[];
      expect(trades.length).toBeGreaterThan(1000);
      let [low, high] = [Infinity, -Infinity];
      decode(week.files.get('xsim-mdp3-20240304.mbo')!, (batch) => {
        for (let i = 0; i < batch.length; i++) {
          if (batch.action[i] !== 0x54) continue;
          low = Math.min(low, Number(batch.price[i]) / 1e9);
          high = Math.max(high, Number(batch.price[i]) / 1e9);
        }
      });
      let last = 0n;
      for (const trade of trades) {
        const { strikePrice, instrumentClass, expiration } = byId.get(trade.instrumentId)!;
        expect(trade.tsRecv > last).toBe(true);
        last = trade.tsRecv;
        expect(trade.tsEvent < expiration).toBe(true);
        expect('AB').toContain(trade.side);
        const tick = trade.price <= 5_000_000_000n ? 50_000_000n : 250_000_000n;
        expect(trade.price % tick).toBe(0n);
        expect(trade.price).toBeGreaterThan(0n);
        const strike = Number(strikePrice) / 1e9;
        expect(Math.abs(strike - low)).toBeLessThan(1200);
        // Discounted by a year at most, and on a future of up to a year later.
        const least = instrumentClass === 'C' ? 0.94 * (low - strike) : 0.94 * strike - 1.05 * high;
        expect(Number(trade.price) / 1e9).toBeGreaterThan(least - 0.3);
      }
    });
  });
});

describe('a simulation', () => {
  it('yields the same bytes for the same request, whatever the size of the batches', () => {
    const request = { events: 20_000, options: true };
    const first = digests(simulate(request));
    expect(digests(simulate(request))).toEqual(first);
    expect(digests(simulate(request, 777))).toEqual(first);
    expect(digests(simulate({ ...request, seed: 8 }))).not.toEqual(first);
  });

  it('begins with the days of a shorter one', () => {
    const one = simulate({ days: 1 });
    const two = simulate({ days: 2 });
    expect(digests(two)['xsim-mdp3-20240304.mbo']).toBe(digests(one)['xsim-mdp3-20240304.mbo']);
    expect(two.truth.get('2024-03-05')).toEqual(one.truth.get('2024-03-05'));
    // The last file of a shorter one lacks the next evening.
    const [short, long] = [one, two].map(({ files }) => files.get('xsim-mdp3-20240305.mbo')!);
    expect(long.length).toBeGreaterThan(short.length);
    expect(Buffer.compare(long.subarray(0, short.length), short)).toBe(0);
  });

  it('writes about as many events as asked for', () => {
    const events = 120_000;
    let rows = 0;
    for (const output of new Simulation({ ...REQUEST, events }, poolOf(4096), PRODUCTS).run())
      if (output.kind === 'mbo') rows += output.batch.length;
    // Two snapshots of some 8,700 orders come with them.
    expect(Math.abs((rows - 17_400) / events - 1)).toBeLessThan(0.05);
  });

  it('refuses what it cannot do, by name', () => {
    const refused = (request: object) => () =>
      new Simulation({ ...REQUEST, ...request }, poolOf(64), PRODUCTS);
    expect(refused({ symbol: 'XX' })).toThrow(/no product "XX"/);
    expect(refused({ strength: 1.5 })).toThrow(/no strength of 1.5/);
    expect(refused({ events: 10 })).toThrow(/10 events are no session/);
    expect(refused({ days: 0 })).toThrow(/0 trade dates are no simulation/);
    expect(refused({ from: '2024-02-30' })).toThrow(/2024-02-30/);
  });
});
