import { EpisodeTracker } from '../../../graph/episodes/episodeTracker';
import type { Episode, Outcome } from '../../../graph/episodes/episode';
import type { PriceRange } from '../../../graph/levels/priceRange';
import { LevelTracker } from '../../../graph/levels/levelTracker';
import { SessionCode, previousTradeDate } from '../../../graph/market/calendar';
import { featureSettings } from '../../../graph/settings';
import { describeWithData } from '../../support/data';
import { tradeTick, WHOLE } from '../../support/sessions';
import { readBarDays, tradesOf, type BarDay, type MinuteBar } from './minuteBars';
import { ES } from '../../support/products';

const RANGES = ['PD_HIGH', 'PD_LOW', 'PM_HIGH', 'PM_LOW', 'OR_HIGH', 'OR_LOW'] as const;
const settings = featureSettings.parse({ levels: { kinds: [...RANGES, 'SMA_90', 'EMA_20'] } });

const rthOf = ({ clock, bars }: BarDay) => bars.filter(({ t }) => clock.codeAt(t) === SessionCode.Rth);

function rangeOf(bars: MinuteBar[]): PriceRange | undefined {
  if (bars.length === 0) return undefined;
  return { high: Math.max(...bars.map((b) => b.high)), low: Math.min(...bars.map((b) => b.low)) };
}

interface Study {
  break: number;
  reject: number;
  chop: number;
  touches: number;
}

const shares = (s: Study) => [s.break, s.reject, s.chop].map((count) => (100 * count) / s.touches);

/**
 * The study the published base rates come from: of each level of the day the first minute bar that touches it, if price was on
 * the near side of the level when it came into being; then, bar by bar, which barrier is reached first. In the bar of the
 * touch itself only the close may reject, for what came before the touch is unknown.
 */
function firstTouches(
  day: BarDay,
  levels: LevelTracker,
  barrier: number,
  minutes: number,
  into: Study,
): void {
  const rth = rthOf(day);
  for (const { kind, price, validFrom } of levels.levels) {
    if (!RANGES.some((range) => range === kind)) continue;
    const from = Math.max(validFrom, day.clock.rthOpen);
    const up = kind.endsWith('HIGH') ? 1 : -1;
    const before = day.bars.filter(({ t }) => t < from).at(-1);
    if (!before || up * (price - before.close) <= 0) continue;
    const touch = rth.findIndex((bar) => bar.t >= from && up * (far(bar, up) - price) >= 0);
    if (touch < 0) continue;
    into.touches++;
    into[outcomeOf(rth.slice(touch), price, up, barrier, minutes)]++;
  }
}

const far = (bar: MinuteBar, up: number) => (up > 0 ? bar.high : bar.low);

function outcomeOf(bars: MinuteBar[], price: number, up: number, barrier: number, minutes: number) {
  for (const [i, bar] of bars.entries()) {
    if (bar.t >= bars[0].t + minutes * 60e9) break;
    const back = i === 0 ? bar.close : far(bar, -up);
    const breaks = up * (far(bar, up) - price) >= barrier;
    const rejects = up * (price - back) >= barrier;
    if (breaks && rejects) return 'chop';
    if (breaks) return 'break';
    if (rejects) return 'reject';
  }
  return 'chop';
}

describeWithData('real ES bars of 2025', () => {
  let days: BarDay[];
  const studies = new Map<string, Study>();
  const episodes: Episode[] = [];
  const outcomes: Outcome[] = [];
  let fullDays = 0;

  beforeAll(async () => {
    days = await readBarDays();
    const ranges = new Map(days.map((day) => [day.date, rangeOf(rthOf(day))]));
    for (const day of days) {
      const { clock, bars, date } = day;
      const levels = new LevelTracker({
        clock,
        product: ES,
        settings: settings.levels,
        previousDay: ranges.get(previousTradeDate(date, ES)),
        coverage: WHOLE,
      });
      const tracker = new EpisodeTracker({
        contract: 'ES',
        clock,
        levels: levels.levels,
        settings: settings.episodes,
      });
      for (const bar of bars)
        for (const tick of tradesOf(bar)) {
          const trade = tradeTick(tick);
          levels.push(trade);
          tracker.push(trade);
        }
      tracker.finish();
      for (const event of tracker.take())
        if (event.kind === 'episode') episodes.push(event.episode);
        else if (event.kind === 'outcome') outcomes.push(event.outcome);
      if (rthOf(day).length < 390) continue;
      fullDays++;
      for (const [points, minutes] of [
        [5, 30],
        [8, 60],
      ]) {
        const name = `${points} / ${minutes}`;
        const study = studies.get(name) ?? { break: 0, reject: 0, chop: 0, touches: 0 };
        studies.set(name, study);
        firstTouches(day, levels, points * 4, minutes, study);
      }
    }
  });

  it('lie inside the trading hours of the calendar, every one of them', () => {
    const outside = days.flatMap(({ date, clock, bars }) =>
      bars.filter(({ t }) => clock.codeAt(t) === SessionCode.Halt).map(({ t }) => `${date} ${t}`),
    );
    expect(outside).toEqual([]);
    expect(days.reduce((sum, { bars }) => sum + bars.length, 0)).toBe(105_825);
    expect(fullDays).toBe(74);
    // The sessions of Labor Day and Thanksgiving are part of the days after them.
    expect(days.map(({ date }) => date)).not.toContain('2025-09-01');
    expect(days.map(({ date }) => date)).not.toContain('2025-11-27');
  });

  /**
   * Published: 273 touches and these shares. The publication does not say what it did with days that open beyond a level, with
   * bars that reach both barriers, or with levels whose previous day is missing; over the plain answers to these questions
   * touches range from 246 to 315 and breaks from 42 to 49 %. The answers taken here come close to the published figures, so this
   * is the same study within its open choices, and the tolerances (1 point, 5 % of the touches) guard it against change.
   */
  it.each([
    ['5 / 30', [44.0, 48.7, 7.3]],
    ['8 / 60', [45.1, 44.0, 11.0]],
  ])('break, reject and chop at first touches as published: %s', (name, published) => {
    const study = studies.get(name) as Study;
    expect(Math.abs(study.touches - 273)).toBeLessThanOrEqual(14);
    shares(study).forEach((share, i) => expect(Math.abs(share - published[i])).toBeLessThan(1));
  });

  it('give episodes whose base rates are near a coin toss at every level', () => {
    const byId = new Map(episodes.map((episode) => [episode.id, episode]));
    const counts = new Map<string, Study>();
    for (const { episodeId, horizonMinutes, outcome } of outcomes) {
      if (outcome === null) continue;
      const family = byId.get(episodeId)?.kind.replace(/_(HIGH|LOW)$/, '') as string;
      for (const key of [`all ${horizonMinutes}`, `${family} ${horizonMinutes}`]) {
        const study = counts.get(key) ?? { break: 0, reject: 0, chop: 0, touches: 0 };
        counts.set(key, study);
        study.touches++;
        study[outcome.toLowerCase() as 'break' | 'reject' | 'chop']++;
      }
    }
    const table = [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([key, study]) =>
          `  ${key.padEnd(10)} ${String(study.touches).padStart(5)}  ` +
          shares(study)
            .map((share) => share.toFixed(1).padStart(5))
            .join(' '),
      );
    process.stdout.write(`level, horizon; episodes; % BREAK REJECT CHOP\n${table.join('\n')}\n`);
    const { touches, ...all } = counts.get('all 30') as Study;
    expect(touches).toBeGreaterThan(1000);
    // Barriers stand at equal distances from the level and the touch lies within half a point of it.
    expect(all.break / touches).toBeGreaterThan(0.4);
    expect(all.reject / touches).toBeGreaterThan(0.4);
    expect(all.chop / touches).toBeLessThan(0.15);
    // More time, fewer undecided.
    const chop = [4, 8, 30].map((minutes) => {
      const study = counts.get(`all ${minutes}`) as Study;
      return study.chop / study.touches;
    });
    expect(chop[0]).toBeGreaterThan(chop[1]);
    expect(chop[1]).toBeGreaterThan(chop[2]);
  });
});
