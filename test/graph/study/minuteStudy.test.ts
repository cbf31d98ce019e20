import { DEFAULT_SETTINGS } from '../../../graph/settings';
import type { ForecastScore } from '../../../graph/study/forecasts';
import type { MinuteSeries } from '../../../graph/study/minuteBars';
import { studyMinutes, type MinuteStudy } from '../../../graph/study/minuteStudy';
import { readMinuteBars } from '../../../lake/minuteBars';
import { findings } from '../../../workers/cli/summaries/minuteStudy';
import { dataPath, describeWithData } from '../../support/data';
import { ES, walkSeries } from '../../support/minuteSessions';

function studied(series: MinuteSeries, seed = 1): MinuteStudy {
  const steps = studyMinutes(series, ES, DEFAULT_SETTINGS, seed);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}
const score = ({ forecasts }: MinuteStudy, name: string): ForecastScore =>
  forecasts!.scores.find((one) => one.name === name)!;
const VOLATILITY = 'volatility + distance + time of day';
const PATH = 'the same + path of price';
const chops = ({ chopByVolatility }: MinuteStudy) => chopByVolatility.map(({ chop }) => chop.share!);
const falling = (values: readonly number[]) => values.every((value, k) => k === 0 || value < values[k - 1]);

describe('a walk without memory whose volatility differs from day to day', () => {
  const study = studied(walkSeries(4, { sessions: 39 }));

  test('shows that volatility tells of CHOP, and no direction', () => {
    expect(falling(chops(study))).toBe(true);
    expect(score(study, VOLATILITY).chop.interval.low).toBeGreaterThan(0.05);
    for (const { directionOverWalk } of study.forecasts!.scores)
      expect(directionOverWalk.interval.low).toBeLessThan(0);
    const { excess } = study.breakAmongDecided!;
    expect(excess.interval.low).toBeLessThan(0);
    expect(excess.interval.high).toBeGreaterThan(0);
    const words = findings(study).join('\n');
    expect(words).toContain('Shown: whether an episode stays undecided (CHOP) can be forecast');
    expect(words).toContain('Not shown: a direction edge.');
    expect(words).toContain('there are 26');
  });

  test('speed toward the level tells nothing either: no order within a minute is assumed', () => {
    expect(score(study, PATH).direction.mean).toBeLessThan(0.01);
    expect(score(study, PATH).gainOverVolatility.interval.low).toBeLessThan(0);
  });

  test('CHOP and direction together are all of the gain', () => {
    for (const { gain, chop, direction } of study.forecasts!.scores) {
      expect(gain.n).toBe(chop.n);
      expect(direction.n).toBeLessThan(gain.n);
      expect(gain.blocks).toBe(study.forecasts!.scoredSessions);
    }
  });
});

test('a price that goes on as it came is found to', () => {
  const study = studied(walkSeries(4, { sessions: 39, momentum: 0.7 }));
  expect(score(study, PATH).direction.interval.low).toBeGreaterThan(0.02);
  expect(score(study, PATH).directionOverWalk.interval.low).toBeGreaterThan(0.02);
  expect(study.breakAmongDecided!.excess.interval.low).toBeGreaterThan(0.05);
  // Though not claimed on 26 sessions.
  expect(findings(study).join('\n')).toMatch(/Not shown: a direction edge\. .*path of price came out above/);
});

test('the same series and seed give the same study', () => {
  const series = walkSeries(2, { sessions: 14 });
  const study = studied(series);
  expect(studied(series)).toEqual(study);
  expect(study.forecasts?.scoredSessions).toBe(9);
  expect(study.intervals).toBeNull();
});

test('few sessions have base rates, and are too few for forecasts', () => {
  const study = studied(walkSeries(2, { sessions: 4 }));
  expect(study.forecasts).toBeNull();
  expect(study.baseRates.at(-1)).toMatchObject({
    level: 'ALL',
    n: study.episodes - study.ambiguous - study.unknown,
  });
  expect(findings(study).join('\n')).toContain('4 sessions are too few to judge forecasts by: it takes 12.');
});

/** Published of the same bars, under another rule for what happens within a minute: see each test. */
describeWithData('ES in 2025', () => {
  let study: MinuteStudy;
  beforeAll(async () => {
    study = studied(await readMinuteBars(dataPath('es_1m_2025.parquet'), ES));
  });

  test('its sessions are 74 whole days and an early close; three weeks are missing in between', () => {
    expect(study).toMatchObject({
      sessions: 75,
      from: '2025-07-28',
      to: '2025-12-02',
      partial: ['2025-12-03'],
    });
    expect(study.missing.length).toBe(15);
    expect([study.missing[0], study.missing.at(-1)]).toEqual(['2025-10-20', '2025-11-07']);
  });

  test('base rates are those published: 33, 42 and 25 %', () => {
    const { shares } = study.baseRates.at(-1)!;
    const published = { BREAK: 0.33, REJECT: 0.42, CHOP: 0.25 };
    for (const [outcome, share] of Object.entries(published))
      expect(Math.abs(shares[outcome as keyof typeof published].share! - share)).toBeLessThan(0.02);
    expect(study.episodes / study.sessions).toBeGreaterThan(22);
    expect(study.episodes / study.sessions).toBeLessThan(26);
  });

  test('episodes of a session agree as published: design effects 2.9, 2.0 and 8.2', () => {
    const { shares } = study.baseRates.at(-1)!;
    expect(Math.abs(shares.BREAK.designEffect - 2.9)).toBeLessThan(0.5);
    expect(Math.abs(shares.REJECT.designEffect - 2)).toBeLessThan(0.5);
    expect(Math.abs(shares.CHOP.designEffect - 8.2)).toBeLessThan(1.5);
  });

  test('CHOP falls with volatility as published: .61 .36 .23 .06 .00', () => {
    chops(study).forEach((share, k) =>
      expect(Math.abs(share - [0.61, 0.36, 0.23, 0.06, 0][k])).toBeLessThan(0.08),
    );
    expect(falling(chops(study))).toBe(true);
  });

  test('intervals by session cover 85-92 % of what they promise 90 % of, those by number of episodes 44-79', () => {
    const { clustered, counted, consecutive } = study.intervals!;
    for (const outcome of ['BREAK', 'REJECT', 'CHOP'] as const) {
      expect(clustered[outcome]).toBeGreaterThan(0.82);
      expect(clustered[outcome]).toBeLessThan(0.93);
      expect(counted[outcome]).toBeLessThan(0.8);
      // No interval of days knows how weeks differ.
      expect(consecutive[outcome]).toBeLessThan(clustered[outcome]);
    }
    expect(counted.CHOP).toBeLessThan(0.56);
  });

  test('volatility, distance and time of day gain as published, 132 to 193 thousandths, all of it CHOP', () => {
    const { gain, chop, direction } = score(study, VOLATILITY);
    expect(gain.mean).toBeGreaterThan(0.13);
    expect(gain.mean).toBeLessThan(0.23);
    expect(gain.interval.low).toBeGreaterThan(0.1);
    expect(Math.abs(chop.mean - gain.mean)).toBeLessThan(0.02);
    expect(direction.interval.low).toBeLessThan(0);
  });

  test('and no forecast has a direction edge', () => {
    for (const { direction } of study.forecasts!.scores) expect(direction.interval.low).toBeLessThan(0);
    expect(findings(study).join('\n')).toContain('Not shown: a direction edge.');
  });
});
