import { erfcx, expMinusSquare } from '../../../graph/options/erfcx';
import { normalCdf, normalRatio } from '../../../graph/options/normal';

/** Reference values to 20 digits, from 60-digit arithmetic. */
const ERFC: [x: number, value: string][] = [
  [0.5, '0.47950012218695346232'],
  [0.5000001, '0.47950003430870000894'],
  [0.75, '0.2888443663464848684'],
  [1, '0.15729920705028513066'],
  [1.5, '0.033894853524689272933'],
  [2, '0.0046777349810472658379'],
  [2.5, '0.00040695201744495893956'],
  [3, '0.000022090496998585441373'],
  [3.9999, '1.5429961215558177426e-8'],
  [4, '1.5417257900280018852e-8'],
  [4.0001, '1.5404564743590145159e-8'],
  [5, '1.5374597944280348502e-12'],
  [6, '2.1519736712498913117e-17'],
  [8, '1.122429717298292708e-29'],
  [10, '2.088487583762544757e-45'],
  [12.5, '6.2319427819799110061e-70'],
  [15, '7.2129941724512066666e-100'],
  [18, '6.0823692318163993077e-143'],
  [20, '5.3958656116079009289e-176'],
  [22, '1.6219058609334725131e-212'],
  [24, '1.6489825831519335142e-252'],
  [26, '5.6631924088561428465e-296'],
];

const ERFCX: [x: number, value: string][] = [
  [-26, '7.6577249314905683515e+293'],
  [-10, '5.3762342836322708968e+43'],
  [-3, '16205.988853999586625'],
  [-1, '5.0089800807622834663'],
  [-0.1, '1.1236433541992094807'],
  [0, '1'],
  [1e-8, '0.99999998871620842904'],
  [0.3, '0.73459933456765514992'],
  [1, '0.42758357615580700441'],
  [3, '0.17900115118138995042'],
  [4, '0.13699945762506138989'],
  [5, '0.11070463773306862637'],
  [10, '0.056140992743822585858'],
  [100, '0.0056416137829894329036'],
  [1e5, '5.6418958351954680777e-6'],
  [1e10, '5.6418958354775628695e-11'],
  [1e100, '5.6418958354775627798e-101'],
];

const CDF: [z: number, value: string][] = [
  [-37.5, '4.6053530095819548438e-308'],
  [-30.123, '1.2111162284970147236e-199'],
  [-20, '2.7536241186062336951e-89'],
  [-10, '7.619853024160526066e-24'],
  [-5.5, '1.8989562465887719384e-8'],
  [-3, '0.0013498980316300945267'],
  [-1, '0.15865525393145705141'],
  [-0.1, '0.46017216272297101633'],
  [0, '0.5'],
  [0.1, '0.53982783727702898367'],
  [1, '0.84134474606854294859'],
  [3, '0.99865010196836990547'],
  [8, '0.9999999999999993779'],
];

const relativeError = (value: number, truth: string) => Math.abs(value / Number(truth) - 1);

describe('erfcx times exp(-x^2)', () => {
  const erfc = (x: number) => erfcx(x) * expMinusSquare(x, 1);

  it.each(ERFC)('is erfc, right to 1e-15 at %d', (x, truth) => {
    expect(relativeError(erfc(x), truth)).toBeLessThan(1e-15);
  });

  it('keeps the digits that exp(-x^2) would lose, at a point whose square does not fit a double', () => {
    // The double nearest to 26.1 is 26.10000000000000142...; rounding its square costs 1e-14 of exp(-x^2).
    expect(relativeError(erfc(26.1), '3.0812174933145933397e-298')).toBeLessThan(1e-15);
  });

  it('loses digits only where the result underflows', () => {
    expect(relativeError(erfc(26.5), '2.2109076642637342759e-307')).toBeLessThan(1e-15);
    expect(erfc(27)).toBeGreaterThan(0);
    expect(erfc(28.5)).toBe(0);
    expect(erfc(Infinity)).toBe(0);
    expect(erfc(NaN)).toBeNaN();
  });

  it('is continuous where its ranges meet', () => {
    expect(Math.abs(erfc(4 * (1 + 1e-15)) / erfc(4) - 1)).toBeLessThan(5e-14);
  });
});

describe('erfcx', () => {
  it.each(ERFCX)('is right to 1e-15 at %d', (x, truth) => {
    expect(relativeError(erfcx(x), truth)).toBeLessThan(1e-15);
  });

  it('overflows far to the left', () => {
    expect(erfcx(-27)).toBe(Infinity);
  });
});

describe('normal distribution', () => {
  it.each(CDF)('N(%d) is right to 1e-15', (z, truth) => {
    expect(relativeError(normalCdf(z), truth)).toBeLessThan(1e-15);
  });

  it('N and its ratio to the density have their limits', () => {
    expect(normalCdf(-Infinity)).toBe(0);
    expect(normalCdf(Infinity)).toBe(1);
    expect(normalRatio(-1e8) * 1e8).toBeCloseTo(1, 14);
  });
});
