import { PlantedLevels } from '../../../../graph/sim/flow/plantedLevels';

describe('PlantedLevels', () => {
  const times = { premarketStart: 100, rthOpen: 200, orEnd: 250, rthClose: 600 };

  it('are known when a trader could know them, and not before', () => {
    const levels = new PlantedLevels(times, null);
    levels.trade(50, 9999);
    levels.trade(100, 40);
    levels.trade(199, 44);
    expect(levels.price('PM_HIGH', 199)).toBeNaN();
    expect([levels.price('PM_HIGH', 200), levels.price('PM_LOW', 200)]).toEqual([44, 40]);
    levels.trade(200, 50);
    levels.trade(249, 41);
    levels.trade(250, 70);
    expect(levels.price('OR_HIGH', 249)).toBeNaN();
    expect([levels.price('OR_HIGH', 250), levels.price('OR_LOW', 250)]).toEqual([50, 41]);
    expect(levels.price('PD_HIGH', 300)).toBeNaN();
    const next = new PlantedLevels(times, levels);
    expect([next.price('PD_HIGH', 300), next.price('PD_LOW', 300)]).toEqual([70, 41]);
    expect(next.price('PD_HIGH', 600)).toBeNaN();
  });

  it('average two-minute closes: 90 of them plainly, 20 exponentially', () => {
    const levels = new PlantedLevels(times, null);
    let ema = NaN;
    for (let k = 0; k < 200; k++) {
      const close = 1000 + ((k * 37) % 50);
      levels.close(close);
      ema = k === 0 ? close : ema + (2 / 21) * (close - ema);
      if (k < 19) expect(levels.price('EMA_20', 300)).toBeNaN();
      else expect(levels.price('EMA_20', 300)).toBeCloseTo(ema, 9);
      if (k < 89) expect(levels.price('SMA_90', 300)).toBeNaN();
    }
    const last = Array.from({ length: 90 }, (_, k) => 1000 + (((110 + k) * 37) % 50));
    expect(levels.price('SMA_90', 300)).toBeCloseTo(last.reduce((sum, close) => sum + close, 0) / 90, 9);
  });
});
