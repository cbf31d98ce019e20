import type { Episode } from '../../../graph/episodes/episode';
import type { Level } from '../../../graph/levels/level';
import type { PriceRange } from '../../../graph/levels/priceRange';
import { restoreState, saveState } from '../../../graph/state/blob';
import { DEFAULT_VECTOR_DISTANCES } from '../../../graph/vectors/distances';
import { TouchMemory, type LevelsOfSession } from '../../../graph/vectors/touchMemory';
import { clockOf } from '../../support/sessions';

const clock = clockOf('2024-07-10');
const SECOND = 1e9;
const newMemory = () => new TouchMemory(DEFAULT_VECTOR_DISTANCES.neighbourhood);

/** Levels of a session, and the ranges of its pre-market and opening so far. */
const session = (
  levels: readonly Level[] = [],
  ranges: Partial<Record<'premarket' | 'opening', PriceRange>> = {},
): LevelsOfSession => ({ levels, rangeOf: (name) => ranges[name] ?? null });

const level = (id: string, price: number, kind: Level['kind'] = 'USER'): Level => ({
  id,
  kind,
  price,
  watched: true,
  knownFrom: 0,
  validFrom: 0,
});

const touch = (touchAt: number, touchPrice: number, more: Partial<Episode> = {}) =>
  ({ id: 'e1', levelId: 'A', levelPrice: 100, direction: 'UP', touchAt, touchPrice, ...more }) as Episode;

describe('the memory of touches', () => {
  it('takes over the ranges of pre-market and opening as the levels know them at the touch', () => {
    const premarket = { high: 98, low: 95 };
    expect(newMemory().begin(touch(clock.rthOpen, 104), session([], { premarket }))).toMatchObject({
      premarket,
      opening: null,
    });
  });

  it('tells how far price went beyond the level, at its price of the last touch, in the direction asked for', () => {
    const memory = newMemory();
    const facts = (direction: 'UP' | 'DOWN') =>
      memory.begin(touch(9 * SECOND, 111, { direction, levelPrice: 110 }), session());
    memory.onTrade(150);
    expect(facts('UP')).toMatchObject({ lastTouchAt: null, penetration: 0 });
    memory.touched({ levelId: 'A', levelPrice: 100, at: 2 * SECOND, price: 101 });
    memory.onTrade(101);
    expect(facts('DOWN')).toMatchObject({ lastTouchAt: 2 * SECOND, penetration: 0 });
    memory.onTrade(92);
    memory.onTrade(123);
    expect([facts('UP').penetration, facts('DOWN').penetration]).toEqual([23, 8]);
    memory.touched({ levelId: 'A', levelPrice: 110, at: 5 * SECOND, price: 109 });
    expect(facts('UP')).toMatchObject({ lastTouchAt: 5 * SECOND, penetration: 0 });
  });

  it('counts decided attempts by level and direction, each once', () => {
    const memory = newMemory();
    const facts = (id: string, more: Partial<Episode> = {}) =>
      memory.begin(touch(0, 100, { id, ...more }), session());
    facts('u1');
    facts('d1', { direction: 'DOWN' });
    facts('b1', { levelId: 'B' });
    expect(facts('u2')).toMatchObject({ breaks: 0, rejects: 0 });
    memory.decide('u1', 'BREAK');
    memory.decide('d1', 'REJECT');
    memory.decide('b1', 'REJECT');
    memory.decide('u1', 'REJECT');
    memory.decide('another session', 'BREAK');
    expect(facts('u3')).toMatchObject({ breaks: 1, rejects: 0 });
    memory.decide('u2', 'REJECT');
    expect(facts('u4')).toMatchObject({ breaks: 1, rejects: 1 });
    expect(facts('d2', { direction: 'DOWN' })).toMatchObject({ breaks: 0, rejects: 1 });
  });

  it('counts the neighbours of a level, itself apart, and knows the levels of the day', () => {
    const prices = { A: 100, B: 100, C: 140, D: 140.25, E: 60, F: 99.5 };
    const levels = Object.entries(prices).map(([id, price]) => level(id, price));
    levels.push(level('PD_HIGH', 300, 'PD_HIGH'), level('SMA_90', 100.1, 'SMA_90'));
    expect(newMemory().begin(touch(0, 100), session(levels))).toMatchObject({
      levelsAt: 1,
      levelsAbove: 2,
      levelsBelow: 2,
      pdHigh: 300,
      pdLow: null,
      sma: 100.1,
      ema: null,
    });
  });

  it('goes on from what was saved', () => {
    const memory = newMemory();
    memory.begin(touch(0, 100), session());
    memory.onTrade(100);
    memory.touched({ levelId: 'A', levelPrice: 100, at: clock.rthOpen, price: 100 });
    const copy = restoreState(newMemory(), saveState(memory));
    for (const each of [memory, copy]) {
      each.decide('e1', 'BREAK');
      each.onTrade(133);
    }
    const later = touch(clock.orEnd, 100, { id: 'e2' });
    expect(copy.begin(later, session())).toEqual(memory.begin(later, session()));
    expect(copy.begin(later, session())).toMatchObject({
      penetration: 33,
      breaks: 1,
    });
  });
});
