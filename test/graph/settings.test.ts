import { canonical } from '../../graph/catalog/provenance';
import { DEFAULT_SETTINGS, featureSettings, productsOf, settingsFor } from '../../graph/settings';

const issues = (value: unknown) => {
  const result = featureSettings.safeParse(value);
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('feature settings', () => {
  it('default to those of ES: bands 5.00, 0.50, 7.50, barriers 5.00, horizons 4, 8, 30 minutes', () => {
    expect(DEFAULT_SETTINGS).toEqual({
      products: {},
      bars: { seconds: 5 },
      levels: {
        kinds: ['PM_HIGH', 'PM_LOW', 'OR_HIGH', 'OR_LOW', 'SMA_90', 'EMA_20'],
        roundStepTicks: 200,
        userPrices: {},
      },
      episodes: {
        sessionWindow: 'rth',
        approachTicks: 20,
        touchTicks: 2,
        rearmTicks: 30,
        barrierTicks: 20,
        horizonMinutes: [4, 8, 30],
        primaryHorizonMinutes: 8,
        timeOfDayMinutes: [15, 30, 60, 120],
      },
      options: {
        bandTicks: [10, 30, 50, 100],
        flowSign: 'customer',
        tideBars: 60,
        dealerSign: 'long-calls-short-puts',
        gexScale: 'usd-per-1pct',
        exposureBars: 12,
        flipRangePercent: 8,
        rate: 0.04,
      },
    });
  });

  it.each([
    [{ bar: {} }, 'bar'],
    [{ options: { dealerSign: 'long' } }, 'options.dealerSign'],
    [{ options: { bandTicks: [10, 30, 30, 100] } }, 'options.bandTicks: must be in ascending order'],
    [{ bars: { seconds: 0 } }, 'bars.seconds'],
    [{ levels: { kinds: ['VWAP'] } }, 'levels.kinds.0'],
    [{ levels: { kinds: ['USER'] } }, 'levels.kinds.0'],
    [{ levels: { userPrices: { XX: [70] } } }, 'levels.userPrices.XX: no such product'],
    [{ levels: { userPrices: { ES: [4805, 4805.1] } } }, 'levels.userPrices.ES.1: 4805.1 is not a multiple'],
    [{ episodes: { touchTicks: 20 } }, 'episodes.touchTicks: must be less than approachTicks (20)'],
    [{ episodes: { rearmTicks: 10 } }, 'episodes.rearmTicks: must be at least approachTicks (20)'],
    [{ episodes: { horizonMinutes: [8, 4] } }, 'episodes.horizonMinutes: must be in ascending order'],
    [
      { episodes: { primaryHorizonMinutes: 5 } },
      'episodes.primaryHorizonMinutes: must be one of horizonMinutes (4, 8',
    ],
    [{ episodes: { sessionWindow: 'eth' } }, 'episodes.sessionWindow'],
  ])('name what is wrong in %j', (value, expected) => {
    expect(issues(value).join('\n')).toContain(expected);
  });

  it('accept prices of any product that lie on its tick', () => {
    expect(
      issues({ levels: { userPrices: { ES: [4805, 4805.25], RTY: [2012.3], YM: [38000], MYM: [1] } } }),
    ).toEqual([]);
  });

  it('name everything wrong at once', () => {
    expect(issues({ bars: { seconds: 'five' }, episodes: { barrierTicks: 2.5 } })).toHaveLength(2);
  });
});

describe('the canonical text of settings', () => {
  it('is equal for equal settings, however they are written', () => {
    const a = featureSettings.parse({
      levels: { userPrices: { NQ: [20000], ES: [4805, 4810, 4805] }, kinds: ['PM_LOW', 'PM_HIGH'] },
    });
    const b = featureSettings.parse({
      levels: { kinds: ['PM_HIGH', 'PM_LOW', 'PM_HIGH'], userPrices: { ES: [4810, 4805], NQ: [20000.0] } },
      bars: { seconds: 5 },
    });
    expect(canonical(a)).toBe(canonical(b));
    expect(canonical(featureSettings.parse({}))).toBe(canonical(DEFAULT_SETTINGS));
  });

  it('differs with any value', () => {
    const digest = (value: unknown) => canonical(featureSettings.parse(value));
    const all = [
      {},
      { bars: { seconds: 1 } },
      { levels: { kinds: ['PM_HIGH'] } },
      { levels: { userPrices: { ES: [4805] } } },
      { episodes: { touchTicks: 3 } },
      { episodes: { horizonMinutes: [4, 8] } },
    ].map(digest);
    expect(new Set(all).size).toBe(all.length);
  });

  it('can be taken of a part, which other parts do not change', () => {
    const other = featureSettings.parse({ episodes: { touchTicks: 1 } });
    expect(canonical(other.levels)).toBe(canonical(DEFAULT_SETTINGS.levels));
    expect(canonical(other.episodes)).not.toBe(canonical(DEFAULT_SETTINGS.episodes));
  });
});

test('prices of one product are none of the settings of another', () => {
  const settings = featureSettings.parse({ levels: { userPrices: { ES: [4805], NQ: [17000] } } });
  const products = productsOf(settings);
  expect(settingsFor(settings, products.productOf('NQ')).levels.userPrices).toEqual({ NQ: [17000] });
  expect(settingsFor(settings, products.productOf('CL')).levels.userPrices).toEqual({});
});
