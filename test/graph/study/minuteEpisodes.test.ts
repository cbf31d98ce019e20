import { EpisodeTracker } from '../../../graph/episodes/episodeTracker';
import { RecordCoverage } from '../../../graph/levels/coverage';
import { LevelTracker } from '../../../graph/levels/levelTracker';
import { NS_PER_MINUTE, NS_PER_SECOND } from '../../../graph/market/time';
import { dateFrame } from '../../../graph/products/dateFrame';
import { Random } from '../../../graph/random/random';
import { DEFAULT_SETTINGS, featureSettings, settingsFor } from '../../../graph/settings';
import { minuteEpisodes } from '../../../graph/study/minuteEpisodes';
import { ES, minuteSession } from '../../support/minuteSessions';

/** One level, at 6500.00: 26,000 ticks. Touch band 25,998-26,002, barriers 25,980 and 26,020. */
const ONE_LEVEL = featureSettings.parse({ levels: { kinds: [], userPrices: { ES: [6500] } } });
type Bar = [number, number, number, number];
const FAR: Bar = [25_950, 25_955, 25_945, 25_950];
const NEAR: Bar = [26_000, 26_001, 25_999, 26_000];
const episodes = (...bars: Bar[]) => minuteEpisodes(minuteSession(bars), ONE_LEVEL);
/** Of the first episode at 4, 8 and 30 minutes. */
const outcomes = (...bars: Bar[]) => episodes(...bars).episodes[0].outcomes;
const quiet = (n: number): Bar[] => Array.from({ length: n }, () => NEAR);

test('a touch is the first entry into the band, at its edge', () => {
  const { episodes: found, uncertainTouches } = episodes(FAR, [25_950, 26_010, 25_940, 26_005], ...quiet(5));
  expect(found).toMatchObject([
    { levelId: 'USER@6500.00', direction: 'UP', bar: 1, distance: -2, minutesSinceOpen: 1 },
  ]);
  expect(uncertainTouches).toBe(0);
  const down = episodes(
    [26_050, 26_055, 26_045, 26_050],
    [26_050, 26_052, 25_990, 25_995],
    ...quiet(5),
  ).episodes;
  expect(down).toMatchObject([{ direction: 'DOWN', bar: 1, distance: -2 }]);
  // Where the minute opens within the band, at the open.
  expect(episodes(FAR, [26_001, 26_004, 25_990, 25_990]).episodes).toMatchObject([
    { direction: 'UP', distance: 1 },
  ]);
});

test('in the minute of the touch only its close decides', () => {
  // Both extremes beyond the barriers, in an order nobody knows; the close within.
  expect(outcomes(FAR, [25_950, 26_030, 25_940, 26_000], ...quiet(40))).toEqual(['CHOP', 'CHOP', 'CHOP']);
  expect(outcomes(FAR, [25_950, 26_030, 25_940, 26_025], ...quiet(40))).toEqual(['BREAK', 'BREAK', 'BREAK']);
  expect(outcomes(FAR, [25_950, 26_010, 25_940, 25_975], ...quiet(40))).toEqual([
    'REJECT',
    'REJECT',
    'REJECT',
  ]);
});

test('afterwards the first minute that reaches a barrier decides, and none that reaches both', () => {
  const touch: Bar = [25_950, 26_000, 25_950, 26_000];
  const through: Bar = [26_000, 26_020, 25_990, 26_000];
  const back: Bar = [26_000, 26_001, 25_980, 26_000];
  const both: Bar = [26_000, 26_020, 25_980, 26_000];
  expect(outcomes(FAR, touch, ...quiet(3), through, back, ...quiet(40))).toEqual(['CHOP', 'BREAK', 'BREAK']);
  expect(outcomes(FAR, touch, back, through, ...quiet(40))).toEqual(['REJECT', 'REJECT', 'REJECT']);
  expect(outcomes(FAR, touch, ...quiet(9), both, through, ...quiet(40))).toEqual([
    'CHOP',
    'CHOP',
    'AMBIGUOUS',
  ]);
  expect(outcomes(FAR, touch, through, both, ...quiet(40))).toEqual(['BREAK', 'BREAK', 'BREAK']);
  // An open beyond a barrier is before either extreme.
  expect(outcomes(FAR, touch, [25_975, 26_030, 25_970, 26_000], ...quiet(40))[0]).toBe('REJECT');
});

test('a horizon ends with whole minutes, and what the data do not show to the end is unknown', () => {
  const touch: Bar = [25_950, 26_000, 25_950, 26_000];
  const through: Bar = [26_000, 26_020, 25_990, 26_000];
  expect(outcomes(FAR, touch, ...quiet(2), through, ...quiet(40))[0]).toBe('BREAK');
  expect(outcomes(FAR, touch, ...quiet(3), through, ...quiet(40))[0]).toBe('CHOP');
  expect(outcomes(FAR, touch, ...quiet(3))).toEqual(['CHOP', 'UNKNOWN', 'UNKNOWN']);
});

test('a level that is left and reached again within a minute makes no second episode in it', () => {
  const touch: Bar = [25_950, 26_000, 25_950, 26_000];
  const away: Bar = [26_000, 26_000, 25_960, 26_000];
  expect(episodes(FAR, touch, away)).toMatchObject({ episodes: [{ bar: 1 }], uncertainTouches: 1 });
  // Nor in the minute of the first touch.
  expect(episodes(FAR, [25_950, 26_031, 25_950, 26_000])).toMatchObject({
    episodes: [{ bar: 1 }],
    uncertainTouches: 1,
  });
});

test('outside the hours that count there are touches, and no episodes', () => {
  const bars: Bar[] = [FAR, [25_950, 26_000, 25_950, 26_000], ...quiet(3)];
  expect(minuteEpisodes(minuteSession(bars, -60), ONE_LEVEL).episodes).toEqual([]);
  const allHours = featureSettings.parse({ ...ONE_LEVEL, episodes: { sessionWindow: 'all-hours' } });
  expect(minuteEpisodes(minuteSession(bars, -60), allHours).episodes).toMatchObject([
    { timeOfDay: 'PREMARKET' },
  ]);
});

describe('a driftless walk, seen trade by trade and minute by minute', () => {
  const settings = settingsFor(DEFAULT_SETTINGS, ES);
  const tradeDate = '2025-08-05';
  const { clock } = dateFrame(ES, tradeDate);
  const STEP = NS_PER_SECOND;
  const SESSIONS = 12;

  /** Of one session: by level, direction and minute the 8-minute outcome by the trades, and the episodes by the minutes. */
  function session(seed: number) {
    const random = new Random(seed);
    const coverage = new RecordCoverage(clock);
    const levels = new LevelTracker({ clock, product: ES, settings: settings.levels, coverage });
    const tracker = new EpisodeTracker({
      contract: 'ESU5',
      clock,
      levels: levels.levels,
      settings: settings.episodes,
    });
    const moves = Math.min(0.6 * Math.exp(random.normal() / 3), 1);
    const bars: Bar[] = [];
    let price = 25_000;
    for (let minute = clock.premarketStart; minute < clock.rthClose; minute += NS_PER_MINUTE) {
      const bar: Bar = [NaN, -Infinity, Infinity, NaN];
      for (let t = minute; t < minute + NS_PER_MINUTE; t += STEP) {
        const u = random.unit();
        if (u < moves) price += u < moves / 2 ? 1 : -1;
        if (t === minute) bar[0] = price;
        bar[1] = Math.max(bar[1], price);
        bar[2] = Math.min(bar[2], price);
        coverage.captured(t);
        levels.push({ t, recv: t, price });
        tracker.push({ t, recv: t, price });
      }
      bar[3] = price;
      bars.push(bar);
    }
    tracker.advanceTo(clock.rthClose);
    const touches = new Map<string, string>();
    const byTrades = new Map<string, string>();
    for (const event of tracker.take()) {
      if (event.kind === 'episode') {
        const { id, levelId, direction, touchAt } = event.episode;
        const bar = Math.floor((touchAt - clock.premarketStart) / NS_PER_MINUTE);
        touches.set(id, `${levelId} ${direction} ${bar}`);
      }
      if (event.kind === 'outcome' && event.outcome.horizonMinutes === 8)
        byTrades.set(touches.get(event.outcome.episodeId)!, event.outcome.outcome!);
    }
    const from = (clock.premarketStart - clock.rthOpen) / NS_PER_MINUTE;
    return { byTrades, byMinutes: minuteEpisodes(minuteSession(bars, from), settings).episodes };
  }

  const runs = Array.from({ length: SESSIONS }, (_, seed) => session(seed));

  test('they see the same touches', () => {
    const [trades, minutes, common] = [0, 0, 0].map((_, k) =>
      runs.reduce((sum, { byTrades, byMinutes }) => {
        const common = byMinutes.filter((e) => byTrades.has(`${e.levelId} ${e.direction} ${e.bar}`)).length;
        return sum + [byTrades.size, byMinutes.length, common][k];
      }, 0),
    );
    expect(trades).toBeGreaterThan(150);
    expect(common).toBeGreaterThan(0.99 * trades);
    expect(common).toBeGreaterThan(0.99 * minutes);
  });

  test('and the same outcomes, but for a few that the half minute leaves undecided', () => {
    const pairs = new Map<string, number>();
    for (const { byTrades, byMinutes } of runs)
      for (const { levelId, direction, bar, outcomes } of byMinutes) {
        const pair = `${byTrades.get(`${levelId} ${direction} ${bar}`) ?? 'none'} ${outcomes[1]}`;
        pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
      }
    const count = (pair: string) => pairs.get(pair) ?? 0;
    const all = [...pairs.values()].reduce((sum, n) => sum + n, 0);
    const same = count('BREAK BREAK') + count('REJECT REJECT') + count('CHOP CHOP');
    const shortened = count('BREAK CHOP') + count('REJECT CHOP');
    expect(same).toBeGreaterThan(0.95 * all);
    expect(same + shortened).toBeGreaterThan(0.99 * all);
    // Neither direction loses more than chance would have it.
    expect(Math.abs(count('BREAK CHOP') - count('REJECT CHOP'))).toBeLessThan(4 * Math.sqrt(shortened));
  });
});
