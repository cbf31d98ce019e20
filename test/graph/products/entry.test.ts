import { Products } from '../../../graph/products/catalog';
import { decimalNanos } from '../../../graph/products/entry';
import { featureSettings, productsOf, settingsFor } from '../../../graph/settings';

const QM = {
  name: 'E-mini WTI',
  exchange: 'XNYM',
  tick: 0.025,
  multiplier: 500,
  months: 'FGHJKMNQUVXZ',
  expiry: { month: -1, day: 25, before: 4 },
  expiryTime: '14:30',
  roll: { month: -1, day: 25, before: 6 },
  hours: { open: '18:00', close: '17:00', rth: ['09:00', '14:30'] },
  holidays: 'energy-metals',
};
const problems = (products: object, features: object = {}) => {
  const result = featureSettings.safeParse({ products, ...features });
  return (result.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n');
};

describe('decimals', () => {
  it.each([
    ['0.25', 250_000_000n],
    ['0.0000005', 500n],
    [0.0000005, 500n],
    [0.015625, 15_625_000n],
    ['-37.63', -37_630_000_000n],
    ['5', 5_000_000_000n],
    ['0.0000000001', null],
    [0.1 + 0.2, null],
    ['1e-3', null],
  ])('%p are %p', (value, nanos) => {
    expect(decimalNanos(value)).toBe(nanos);
  });
});

describe('a product of the user', () => {
  it('is one as the built-in ones are', () => {
    const products = new Products({ QM });
    expect(products.productOf('QM')).toMatchObject({
      tickNanos: 25_000_000,
      dataset: 'GLBX.MDP3',
      currency: 'USD',
    });
    expect(products.contractOf('QMJ4', '2024-03-05')).toMatchObject({
      year: 2024,
      month: 4,
      expiry: '2024-03-19',
    });
    expect(products.parseSymbol('QMJ4')).toMatchObject({ kind: 'outright', month: 4 });
    expect(new Products().parseSymbol('QMJ4')).toEqual({ kind: 'unknown' });
  });

  it('may differ from a built-in one in a few figures', () => {
    const cl = new Products({
      CL: { distances: { wall: 40 }, hours: { rth: ['08:00', '14:30'] } },
    }).productOf('CL');
    const before = new Products().productOf('CL');
    expect(cl).toEqual({
      ...before,
      distances: { ...before.distances, wall: 40 },
      hours: { ...before.hours, rthOpen: 8 * 3600, orEnd: 8 * 3600 + 900 },
    });
  });

  it('says in place of the settings what its bands are', () => {
    const settings = featureSettings.parse({
      episodes: { approachTicks: 24 },
      products: { CL: { episodes: { barrierTicks: 12 } } },
    });
    const of = (root: string) => settingsFor(settings, productsOf(settings).productOf(root)).episodes;
    expect(of('ES')).toMatchObject({ approachTicks: 24, barrierTicks: 20, horizonMinutes: [4, 8, 30] });
    expect(of('CL')).toMatchObject({ approachTicks: 16, barrierTicks: 12, horizonMinutes: [4, 8, 30] });
  });

  it.each([
    [{ XX: { tick: '0.01' } }, 'products.XX.name'],
    [{ cl: QM }, 'products.cl: must be a root'],
    [{ QM: { ...QM, tick: '0.0000000001' } }, 'products.QM.tick'],
    [{ QM: { ...QM, months: 'FA' } }, 'products.QM.months'],
    [{ QM: { ...QM, holidays: 'lunar' } }, 'products.QM.holidays'],
    [
      { QM: { ...QM, hours: { ...QM.hours, close: '18:00' } } },
      'products.QM.hours.close: must be 17:00 ET or earlier',
    ],
    [{ QM: { ...QM, hours: { ...QM.hours, rth: ['03:00', '14:30'] } } }, 'products.QM.hours.rth'],
    [
      { CL: { distances: { zones: [2, 5, 5, 20] } } },
      'products.CL.distances.zones: must be in ascending order',
    ],
    [
      { CL: { episodes: { touchTicks: 16 } } },
      'products.CL.episodes.touchTicks: must be less than approachTicks',
    ],
  ])('is refused by the path of what is wrong: %j', (products, expected) => {
    expect(problems(products)).toContain(expected);
  });

  it('has prices of its own, below zero too, on its tick', () => {
    const userPrices = (prices: number[]) => ({ levels: { userPrices: { CL: prices } } });
    expect(problems({}, userPrices([-37.63, 0, 12.5]))).toBe('');
    expect(problems({}, userPrices([-37.635]))).toContain(
      'levels.userPrices.CL.0: -37.635 is not a multiple',
    );
  });
});

describe('an unknown product', () => {
  it('is refused with what to write into the configuration, which makes it one', () => {
    const refused = () => new Products().productOf('QM');
    expect(refused).toThrow(expect.objectContaining({ code: 'BadArgument' }));
    expect(refused).toThrow('no product "QM"');
    const asked = () => new Products().contractOf('QMJ4', '2024-03-05');
    expect(asked).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({
          expected: expect.stringContaining('  QM:\n') as string,
        }) as object,
      }),
    );
  });
});
