import { sessionOf } from '../../../../graph/market/calendar';
import { decode, iso, mboFiles, replay, simulate, tradingOn } from '../simulated';
import { ES } from '../../../support/products';

describe('the simulated calendar', () => {
  it('keeps New York time on both sides of a change of the clocks', () => {
    const auctions = (from: string) => {
      const times: string[] = [];
      for (const [, bytes] of mboFiles(simulate({ from, days: 2 })))
        decode(bytes, (batch) => {
          for (let i = 0; i < batch.length; i++)
            if (batch.action[i] === 0x54 && batch.side[i] === 0x4e)
              times.push(iso(batch.tsEvent[i]).slice(0, 16));
        });
      return times;
    };
    // 18:00 in New York on Thursday and on Sunday. Two contracts trade on the eve of the roll (below).
    expect(auctions('2024-03-08')).toEqual(['2024-03-07T23:00', '2024-03-07T23:00', '2024-03-10T22:00']);
    expect(auctions('2024-11-01')).toEqual(['2024-10-31T22:00', '2024-11-03T23:00']);
  });

  it('closes early on the days on which the exchange does', () => {
    const thanksgiving = simulate({ from: '2024-11-29' });
    const { globexClose, rthClose } = sessionOf('2024-11-29', ES);
    expect(iso(globexClose)).toBe('2024-11-29T18:15:00.000Z');
    const [replica] = replay(thanksgiving, tradingOn('2024-11-29')).values();
    expect(replica.faults).toEqual({});
    expect(replica.lastReceived < globexClose).toBe(true);
    expect(replica.lastEvent > globexClose - 60_000_000_000n).toBe(true);
    for (const row of thanksgiving.truth.get('2024-11-29')!) expect(row.time < iso(rthClose)).toBe(true);
  });

  it('passes over holidays, and trades the evening session of a closed one', () => {
    const christmas = simulate({ from: '2023-12-22', days: 2 });
    expect([...christmas.truth.keys()]).toEqual(['2023-12-22', '2023-12-26']);
    expect(mboFiles(christmas).map(([name]) => name)).toEqual(
      ['20231221', '20231222', '20231225', '20231226'].map((day) => `xsim-mdp3-${day}.mbo`),
    );
    const [replica] = replay(christmas, tradingOn('2023-12-22', '2023-12-26')).values();
    expect(replica.faults).toEqual({});
  });

  it('gives a trade date the holiday session before it', () => {
    const presidents = simulate({ from: '2024-02-20' });
    expect(mboFiles(presidents).map(([name]) => name)).toEqual(
      ['20240218', '20240219', '20240220'].map((day) => `xsim-mdp3-${day}.mbo`),
    );
    const [replica] = replay(presidents, tradingOn('2024-02-20')).values();
    expect(replica.faults).toEqual({});
    expect(replica.aggressors.auction).toBe(2);
  });

  it('rolls: both contracts trade on the eve, the next one more, and then alone', () => {
    const roll = simulate({ from: '2024-03-07', days: 3, events: 40_000 });
    const replicas = replay(roll, tradingOn('2024-03-07', '2024-03-08', '2024-03-11'));
    expect(replicas.size).toBe(2);
    for (const replica of replicas.values()) {
      expect(replica.faults).toEqual({});
      expect(replica.snapshots.slice(1).every(({ difference }) => difference === 0)).toBe(true);
    }
    const symbols = mboFiles(roll).map(([, bytes]) => decode(bytes).metadata.symbols);
    expect(symbols).toEqual([['ESH4'], ['ESH4', 'ESM4'], ['ESH4', 'ESM4'], ['ESM4'], ['ESM4']]);
    const { window } = sessionOf('2024-03-08', ES);
    const volumes = new Map<number, number>();
    let last = 0n;
    for (const [, bytes] of mboFiles(roll))
      decode(bytes, (batch) => {
        for (let i = 0; i < batch.length; i++) {
          if (batch.tsRecv[i] < last) throw new Error('capture times go back');
          last = batch.tsRecv[i];
          if (batch.action[i] !== 0x54 || last <= window.start || last > window.end) continue;
          const id = batch.instrumentId[i];
          volumes.set(id, (volumes.get(id) ?? 0) + batch.size[i]);
        }
      });
    const [front, next] = [...replicas.keys()];
    expect(volumes.get(next)!).toBeGreaterThan(volumes.get(front)! * 1.2);
    for (const row of roll.truth.get('2024-03-11')!) expect(row.contract).toBe('ESM4');
  });
});
