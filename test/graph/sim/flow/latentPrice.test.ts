import { LatentPrice, STEP_VARIANCE } from '../../../../graph/sim/flow/latentPrice';
import { Random } from '../../../../graph/random/random';

describe('LatentPrice', () => {
  it('is a martingale of the variance it says', () => {
    const steps = 400_000;
    const path = new LatentPrice(1000, new Random(3));
    let sum = 0;
    let squares = 0;
    let momentum = 0;
    let before = 0;
    for (let k = 1; k <= steps; k++) {
      const step = path.valueAt(k) - path.valueAt(k - 1);
      sum += step;
      squares += step * step;
      momentum += step * before;
      before = step;
    }
    expect(Math.abs(sum / Math.sqrt(steps * STEP_VARIANCE))).toBeLessThan(3);
    expect(Math.abs(squares / steps / STEP_VARIANCE - 1)).toBeLessThan(0.02);
    expect(Math.abs(momentum / (Math.sqrt(steps) * STEP_VARIANCE))).toBeLessThan(3);
  });

  it('passes through its steps as time runs', () => {
    const path = new LatentPrice(1000, new Random(4));
    path.advance(STEP_VARIANCE * 2.5);
    expect(path.value).toBeCloseTo((path.valueAt(2) + path.valueAt(3)) / 2, 9);
  });
});
