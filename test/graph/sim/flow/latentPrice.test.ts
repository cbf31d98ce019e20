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

  it('knows where it first leaves a range of prices', () => {
    for (let seed = 0; seed < 200; seed++) {
      const path = new LatentPrice(1000, new Random(seed));
      const from = (seed % 7) / 3;
      path.advance(STEP_VARIANCE * from);
      const start = path.value;
      const [low, high, to] = [start - 1.3, start + 0.9, from + (seed % 11) + 0.37];
      const at = path.exit(from, to, low, high);
      // Along the path in small steps.
      let first = Infinity;
      const walker = new LatentPrice(1000, new Random(seed));
      for (let position = from; position <= to && first === Infinity; position += 1e-3) {
        walker.position = position;
        if (walker.value < low || walker.value > high) first = position;
      }
      if (first === Infinity) expect(at === Infinity || at > to - 1e-3).toBe(true);
      else expect(Math.abs(at - first)).toBeLessThanOrEqual(1e-3);
      expect(path.exit(from, to, start + 0.1, start + 1)).toBe(from);
    }
  });
});
