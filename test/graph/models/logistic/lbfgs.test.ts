import { minimise } from '../../../../graph/models/logistic/lbfgs';

const TIGHT = { gradient: 1e-9, decrease: 0, iterations: 500 };

describe('L-BFGS', () => {
  it('finds the minimum of the Rosenbrock function in ten dimensions, which is at (1, ..., 1)', () => {
    const rosenbrock = (p: Float64Array, g: Float64Array) => {
      g.fill(0);
      let value = 0;
      for (let i = 0; i + 1 < p.length; i++) {
        const [a, b] = [p[i + 1] - p[i] * p[i], 1 - p[i]];
        value += 100 * a * a + b * b;
        g[i] += -400 * a * p[i] - 2 * b;
        g[i + 1] += 200 * a;
      }
      return value;
    };
    const start = new Float64Array(10).fill(-1.2);
    const found = minimise(rosenbrock, start, TIGHT);
    expect(found.converged).toBe(true);
    for (const coordinate of found.point) expect(coordinate).toBeCloseTo(1, 6);
    expect(start[0]).toBe(-1.2);
  });

  it('solves an ill-conditioned quadratic', () => {
    const scales = [1, 10, 100, 1000, 10_000];
    const found = minimise(
      (p, g) => {
        let value = 0;
        scales.forEach((scale, i) => {
          g[i] = scale * (p[i] - i);
          value += (scale / 2) * (p[i] - i) ** 2;
        });
        return value;
      },
      new Float64Array(5),
      TIGHT,
    );
    found.point.forEach((coordinate, i) => expect(coordinate).toBeCloseTo(i, 7));
  });

  it('says that it has not converged when its iterations are used up', () => {
    const steps = { ...TIGHT, iterations: 3 };
    const quartic = (p: Float64Array, g: Float64Array) => {
      g[0] = 4 * (p[0] - 50) ** 3;
      return (p[0] - 50) ** 4;
    };
    expect(minimise(quartic, new Float64Array(1), steps)).toMatchObject({ converged: false, iterations: 3 });
  });
});
