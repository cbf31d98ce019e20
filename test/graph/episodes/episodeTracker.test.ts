import fc from 'fast-check';
import type { Episode, Outcome } from '../../../graph/episodes/episode';
import { LEVEL_KINDS } from '../../../graph/levels/kinds';
import { at, clockOf, fractions, tradeTick, walks, type Tick } from '../../support/sessions';
import { outcomeOf, settled, waysToLevels, type OracleEpisode } from './oracle';
import { run, settingsWith } from './support';

const clock = clockOf('2024-07-10');
const FROM = at(clock, '2024-07-10T12:30');
const TO = at(clock, '2024-07-10T20:20');
const kinds = LEVEL_KINDS.filter((kind) => kind !== 'USER');
const previousDay = { high: 19_240, low: 19_190 };
const user = [19_170, 19_195, 19_222];

const variants = {
  'the defaults': settingsWith(user),
  'every kind of level': settingsWith(user, { kinds, roundStepTicks: 50 }),
  'all hours': settingsWith(user, { kinds }, { sessionWindow: 'all-hours' }),
  'narrow bands': settingsWith(
    user,
    { kinds, roundStepTicks: 30 },
    {
      approachTicks: 6,
      touchTicks: 0,
      rearmTicks: 6,
      barrierTicks: 9,
      horizonMinutes: [1, 20],
      primaryHorizonMinutes: 20,
    },
  ),
  'barriers beyond re-arming, so that measurements overlap': settingsWith(
    user,
    { kinds },
    { approachTicks: 8, rearmTicks: 9, barrierTicks: 40, horizonMinutes: [60], primaryHorizonMinutes: 60 },
  ),
};
const trades = walks(FROM, TO, 400, 19_200);

const byTouch = (a: { touchAt: number; levelId: string }, b: { touchAt: number; levelId: string }) =>
  a.touchAt - b.touchAt || (a.levelId < b.levelId ? -1 : 1);

describe('approaches, episodes and outcomes', () => {
  it.each(Object.entries(variants))('equal those worked out from their definitions: %s', (_, settings) => {
    let found = 0;
    let told = 0;
    let ledToEpisodes = 0;
    fc.assert(
      fc.property(trades, fc.constantFrom(FROM, TO, clock.windowEnd), (ticks, until) => {
        fc.pre(ticks.length > 0);
        const result = run(ticks, { clock, settings, previousDay, until });
        const seen = settled(ticks);
        const dataEnd = Math.max(until, seen[seen.length - 1].t);
        const { episodes: expected, approaches } = waysToLevels(
          seen,
          result.history,
          clock,
          settings.episodes,
        );
        found += expected.length;
        told += approaches.length;
        ledToEpisodes += expected.filter(({ approach }) => approach !== null).length;
        const described = (e: OracleEpisode, approach: number | null) => {
          const id = `ESU4-20240710-${e.level}-${e.direction}-${e.attempt}`;
          return {
            id,
            approachId: approach === null ? null : `${id}/approach/${approach}`,
            levelId: e.level,
            levelPrice: e.levelPrice,
            direction: e.direction,
            attempt: e.attempt,
            touchesBefore: e.touchesBefore,
            approachStart: seen[e.start].t,
            approachStartPrice: seen[e.start].price,
            approachTrades: e.touch - e.start + 1,
            touchAt: seen[e.touch].t,
            touchPrice: seen[e.touch].price,
            touchRecv: tradeTick(ticks[e.touch]).recv,
          };
        };
        const inOrder = <E extends { touchAt: number; levelId: string }>(events: E[]) =>
          [...events].sort(byTouch);
        expect(inOrder(result.episodes)).toMatchObject(
          inOrder(expected.map((e) => described(e, e.approach))),
        );
        expect(inOrder(result.approaches)).toMatchObject(
          inOrder(approaches.map((a) => described(a, a.number))),
        );
        const outcomes = new Map(result.outcomes.map((o) => [`${o.episodeId} ${o.horizonMinutes}`, o]));
        expect(outcomes.size).toBe(expected.length * settings.episodes.horizonMinutes.length);
        for (const e of expected)
          for (const minutes of settings.episodes.horizonMinutes)
            expect(
              outcomes.get(`ESU4-20240710-${e.level}-${e.direction}-${e.attempt} ${minutes}`),
            ).toMatchObject(outcomeOf(seen, e, minutes, clock, settings.episodes, dataEnd));
      }),
      { numRuns: 30 },
    );
    expect(found).toBeGreaterThan(60);
    expect(ledToEpisodes).toBeGreaterThan(10);
    expect(told).toBeGreaterThan(ledToEpisodes);
  });

  it.each([
    ['rth', '2024-07-10T20:00'],
    ['all-hours', '2024-07-10T21:00'],
  ])(
    'end with the last close of %s if the data reach it, not only where they go on after it',
    (sessionWindow, closes) => {
      const settings = settingsWith([19_200], { kinds: [] }, { sessionWindow });
      const close = at(clock, closes);
      const outcomes = (lastSeconds: number) =>
        run(
          [
            { t: close - 180e9, price: 19_170 },
            { t: close - 120e9, price: 19_200 },
            { t: close - lastSeconds * 1e9, price: 19_201 },
          ],
          { clock, settings },
        ).outcomes.map(({ outcome, endedBy, endAt }) => [outcome, endedBy, (endAt - close) / 1e9]);
      for (const seconds of [0.5, 59])
        expect(outcomes(seconds)).toEqual(Array.from({ length: 3 }, () => ['CHOP', 'close', 0]));
      for (const seconds of [60, 90])
        expect(outcomes(seconds)).toEqual(Array.from({ length: 3 }, () => [null, 'data_end', -seconds]));
    },
  );

  it('are the same without the trades after them', () => {
    const settings = variants['all hours'];
    fc.assert(
      fc.property(trades, fractions, (ticks, fraction) => {
        const kept = ticks.slice(0, Math.ceil(fraction * ticks.length));
        const now = Math.max(-Infinity, ...kept.map(({ t }) => t));
        const whole = run(ticks, { clock, settings, previousDay, until: TO });
        const part = run(kept, { clock, settings, previousDay });
        const ids = new Set(part.episodes.map(({ id }) => id));
        expect(part.episodes).toEqual(whole.episodes.slice(0, part.episodes.length));
        expect(part.approaches).toEqual(whole.approaches.slice(0, part.approaches.length));
        // What the whole run has more came later, or at the same instant from a later trade.
        for (const { touchAt, id } of whole.episodes)
          if (!ids.has(id)) expect(touchAt).toBeGreaterThanOrEqual(now);
        const ended = (outcomes: Outcome[]) =>
          outcomes.filter(({ endAt, endedBy }) => endAt <= now && endedBy !== 'data_end');
        expect(ended(part.outcomes)).toEqual(ended(whole.outcomes));
      }),
      { numRuns: 60 },
    );
  });

  it('do not depend on how often time is advanced', () => {
    fc.assert(
      fc.property(trades, fc.array(fractions, { maxLength: 60 }), (ticks, shares) => {
        const settings = variants['all hours'];
        const advances = shares.map((f) => FROM + f * (TO - FROM)).sort((a, b) => a - b);
        const advanced = run(ticks, { clock, settings, previousDay, until: TO, advances });
        expect(advanced).toEqual(run(ticks, { clock, settings, previousDay, until: TO }));
      }),
      { numRuns: 40 },
    );
  });

  it('go on identically after being saved and restored anywhere', () => {
    fc.assert(
      fc.property(trades, fractions, (ticks, fraction) => {
        const settings = variants['every kind of level'];
        const restoreAt = Math.floor(fraction * ticks.length);
        const restored = run(ticks, { clock, settings, previousDay, until: TO, restoreAt });
        expect(restored).toEqual(run(ticks, { clock, settings, previousDay, until: TO }));
      }),
      { numRuns: 40 },
    );
  });

  it('mirror when prices do: UP becomes DOWN and nothing else changes', () => {
    const pairs = ['PM', 'OR', 'ON', 'PD'].map((name) => [`${name}_HIGH`, `${name}_LOW`]);
    const settings = settingsWith([], { kinds: [...pairs.flat(), 'SMA_90', 'EMA_20', 'ROUND'] });
    const other = new Map(
      pairs.flatMap(
        ([high, low]) =>
          [
            [high, low],
            [low, high],
          ] as [string, string][],
      ),
    );
    const flip = (ticks: readonly Tick[]) => ticks.map(({ t, price }) => ({ t, price: 0 - price }));
    const levelName = ({ levelId, kind, levelPrice }: Episode) =>
      kind === 'ROUND' ? `ROUND ${levelPrice + 0}` : levelId;
    const key = (e: Episode, mirrored: boolean) =>
      mirrored
        ? [
            e.kind === 'ROUND' ? `ROUND ${0 - e.levelPrice}` : (other.get(e.levelId) ?? e.levelId),
            e.direction === 'UP' ? 'DOWN' : 'UP',
            e.attempt,
          ].join()
        : [levelName(e), e.direction, e.attempt].join();
    const summary = (ticks: readonly Tick[], mirrored: boolean) => {
      const range = { high: 40, low: -20 };
      const { episodes, outcomes } = run(mirrored ? flip(ticks) : ticks, {
        clock,
        settings,
        until: TO,
        previousDay: mirrored ? { high: -range.low, low: -range.high } : range,
      });
      const keys = new Map(episodes.map((e) => [e.id, key(e, mirrored)]));
      const flat = outcomes.map((o) => ({
        key: `${keys.get(o.episodeId)} ${o.horizonMinutes}`,
        values: [
          o.outcome,
          o.endedBy,
          o.endAt,
          o.breakAt,
          o.rejectAt,
          o.favorable + 0,
          o.adverse + 0,
          o.trades,
        ],
      }));
      return flat.sort((a, b) => (a.key < b.key ? -1 : 1));
    };
    let compared = 0;
    fc.assert(
      fc.property(walks(FROM, TO, 400, 10), (ticks) => {
        const plain = summary(ticks, false);
        compared += plain.length;
        expect(summary(ticks, true)).toEqual(plain);
      }),
      { numRuns: 40 },
    );
    expect(compared).toBeGreaterThan(300);
  });
});
