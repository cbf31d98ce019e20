import { at, clockOf, type Tick } from '../../support/sessions';
import { run, settingsWith } from './support';

const clock = clockOf('2024-07-10');
const OPEN = at(clock, '2024-07-10T13:30');
const LEVEL = 19_200;

/** One trade a second from a time on, at these distances from the level in ticks. */
const path = (from: number, ...distances: number[]): Tick[] =>
  distances.map((distance, i) => ({ t: from + i * 1e9, price: LEVEL + distance }));

const episodes = (ticks: Tick[], settings = settingsWith([LEVEL], { kinds: [] })) =>
  run(ticks, { clock, settings }).episodes.map(
    ({ direction, attempt, touchesBefore, approachStart, touchAt, touchPrice }) =>
      `${direction} ${attempt} after ${touchesBefore}, ${(approachStart - OPEN) / 1e9} to ${(touchAt - OPEN) / 1e9} at ${touchPrice - LEVEL}`,
  );

/** What is told of approaches, with when, and by which approach touches were told of before. */
function told(ticks: Tick[]): string[] {
  const { approaches, episodes } = run(ticks, { clock, settings: settingsWith([LEVEL], { kinds: [] }) });
  const name = (id: string | null) => id?.replace(/^.*-(?=(UP|DOWN)-)/, '') ?? 'none told';
  return [
    ...approaches.map(({ approachId, touchAt }) => ({
      at: touchAt,
      text: `${name(approachId)} at ${(touchAt - OPEN) / 1e9}`,
    })),
    ...episodes.map(({ approachId, touchAt }) => ({ at: touchAt, text: `touched: ${name(approachId)}` })),
  ]
    .sort((a, b) => a.at - b.at)
    .map(({ text }) => text);
}

describe('an approach', () => {
  it('begins with the first trade in the approach band and ends with the first in the touch band, edges included', () => {
    expect(episodes(path(OPEN, -25, -21, -20, -10, -3, -2, 0, 1))).toEqual(['UP 1 after 0, 2 to 5 at -2']);
    expect(episodes(path(OPEN, 25, 21, 20, 10, 3, 2, 0))).toEqual(['DOWN 1 after 0, 2 to 5 at 2']);
  });

  it('may be a single trade', () => {
    expect(episodes(path(OPEN, -60, 1))).toEqual(['UP 1 after 0, 1 to 1 at 1']);
  });

  it('begins anew when price leaves the band without a touch', () => {
    expect(episodes(path(OPEN, -25, -10, -21, -15, -2))).toEqual(['UP 1 after 0, 3 to 4 at -2']);
  });

  it('begins with the first trade of the day where that is already near: the session opens from outside', () => {
    expect(episodes(path(OPEN, -20, -10, 0, 10, 0))).toEqual(['UP 1 after 0, 0 to 2 at 0']);
    expect(episodes(path(OPEN, 15, -2))).toEqual(['DOWN 1 after 0, 0 to 1 at -2']);
  });

  it('has no direction where the first trade of the day is a touch', () => {
    expect(episodes(path(OPEN, -2, 0, 10, 0))).toEqual([]);
    expect(episodes(path(OPEN, 1, 21, 2))).toEqual(['DOWN 1 after 0, 2 to 2 at 2']);
  });

  it('ends without an episode when price jumps over the level, until it has been outside again', () => {
    expect(episodes(path(OPEN, -25, -10, 10, 2, -2, 0))).toEqual([]);
    expect(episodes(path(OPEN, -25, -10, 10, 21, 15, 2))).toEqual(['DOWN 1 after 0, 4 to 5 at 2']);
    expect(episodes(path(OPEN, -25, 10, 0))).toEqual([]);
    expect(episodes(path(OPEN, -25, 25, 10, 0))).toEqual(['DOWN 1 after 0, 2 to 3 at 0']);
  });

  it('is told with its first trade in the band, once, and named by its touch', () => {
    expect(told(path(OPEN, -25, -20, -10, -15, -2))).toEqual([
      'UP-1/approach/1 at 1',
      'touched: UP-1/approach/1',
    ]);
    expect(told(path(OPEN, 25, 4, 0))).toEqual(['DOWN-1/approach/1 at 1', 'touched: DOWN-1/approach/1']);
  });

  it('is not told where that trade is its touch, or beyond the level', () => {
    expect(told(path(OPEN, -60, 1))).toEqual(['touched: none told']);
    expect(told(path(OPEN, -60, 10, -10))).toEqual([]);
  });

  it('is told anew, by the next number, once price has left the re-arm band, crossed the level or touched it', () => {
    expect(told(path(OPEN, -25, -10, -30, -15, -31, -20, -10, 10, 25, 15, -25, -15, 0))).toEqual([
      'UP-1/approach/1 at 1',
      'UP-1/approach/2 at 5',
      'DOWN-1/approach/1 at 9',
      'UP-1/approach/3 at 11',
      'touched: UP-1/approach/3',
    ]);
    expect(told(path(OPEN, -25, -10, 10, -25, -10, 0, -31, -10, -31))).toEqual([
      'UP-1/approach/1 at 1',
      'UP-1/approach/2 at 4',
      'touched: UP-1/approach/2',
      'UP-2/approach/1 at 7',
    ]);
  });

  it('that wavers at the edge of its band is told once, and named by its touch', () => {
    expect(told(path(OPEN, -25, -20, -21, -20, -21, -20, -28, -1))).toEqual([
      'UP-1/approach/1 at 1',
      'touched: UP-1/approach/1',
    ]);
  });

  it('that began before the hours that count is told with their first trade', () => {
    expect(told(path(OPEN - 3e9, -25, -15, -10, -12, -11, -2))).toEqual([
      'UP-1/approach/1 at 0',
      'touched: UP-1/approach/1',
    ]);
    expect(told(path(OPEN - 3e9, -25, -15, -25, -2))).toEqual(['touched: none told']);
  });

  it('comes again only after price has left the re-arm band', () => {
    expect(episodes(path(OPEN, -25, 0, -30, 0))).toEqual(['UP 1 after 0, 1 to 1 at 0']);
    expect(episodes(path(OPEN, -25, 0, -31, 0))).toEqual([
      'UP 1 after 0, 1 to 1 at 0',
      'UP 2 after 1, 3 to 3 at 0',
    ]);
  });

  it('is numbered by level and direction, its earlier touches by level', () => {
    expect(episodes(path(OPEN, -31, 0, 31, 0, -31, 0, 31, 0))).toEqual([
      'UP 1 after 0, 1 to 1 at 0',
      'DOWN 1 after 1, 3 to 3 at 0',
      'UP 2 after 2, 5 to 5 at 0',
      'DOWN 2 after 3, 7 to 7 at 0',
    ]);
  });
});

describe('the session window', () => {
  const early = path(OPEN - 10e9, -25, 0, -5, -5, -5, -5, -5, -5, -5, -5, -5, 0, -31, 0);

  it('of RTH lets earlier touches engage the level, but makes no episodes of them', () => {
    expect(episodes(early)).toEqual(['UP 1 after 1, 3 to 3 at 0']);
  });

  it('of all hours counts every touch', () => {
    const settings = settingsWith([LEVEL], { kinds: [] }, { sessionWindow: 'all-hours' });
    expect(episodes(early, settings)).toEqual(['UP 1 after 0, -9 to -9 at 0', 'UP 2 after 1, 3 to 3 at 0']);
  });

  it('of RTH reaches up to its close, and an approach may begin before the open', () => {
    expect(episodes(path(OPEN - 2e9, -25, -10, -2))).toEqual(['UP 1 after 0, -1 to 0 at -2']);
    const close = (clock.rthClose - OPEN) / 1e9;
    expect(episodes(path(clock.rthClose - 2e9, -25, 0))).toEqual([
      `UP 1 after 0, ${close - 1} to ${close - 1} at 0`,
    ]);
    expect(episodes(path(clock.rthClose - 1e9, -25, 0))).toEqual([]);
  });
});

describe('a level that comes into being', () => {
  const settings = settingsWith([], { kinds: ['PM_HIGH', 'ON_HIGH'] });
  const ids = (ticks: Tick[]) => run(ticks, { clock, settings }).episodes.map(({ id }) => id);
  const before = (last: number) => path(OPEN - 3e9, -40, 0, last);

  it('can be approached by the very next trade if price was away from it', () => {
    expect(ids([...before(-30), ...path(OPEN, -1)])).toEqual([
      'ESU4-20240710-PM_HIGH-UP-1',
      'ESU4-20240710-ON_HIGH-UP-1',
    ]);
  });

  it('is judged by the trade before it also after a restart in between', () => {
    for (const last of [-30, -10]) {
      const ticks = [...before(last), ...path(OPEN, -1)];
      expect(run(ticks, { clock, settings, restoreAt: 3 }).episodes).toEqual(
        run(ticks, { clock, settings }).episodes,
      );
    }
  });

  it('is not approached by a price that was beside it all along', () => {
    expect(ids([...before(-10), ...path(OPEN, -1)])).toEqual([]);
  });
});

describe('a moving average', () => {
  it('is touched where it stands at the time of the trade', () => {
    // Flat at the level for an hour, then ever higher: the average trails price and is met on the way back.
    const flat = Array.from({ length: 40 }, (_, i) => ({ t: OPEN - (80 - 2 * i) * 60e9, price: LEVEL }));
    const settings = settingsWith([], { kinds: ['EMA_20'] });
    const rise = Array.from({ length: 10 }, (_, i) => ({ t: OPEN + 2 * i * 60e9, price: LEVEL + 60 }));
    const mean = Array.from({ length: 10 }).reduce<number>((e) => e + (2 / 21) * (LEVEL + 60 - e), LEVEL);
    const back = { t: OPEN + 20 * 60e9, price: Math.floor(mean) };
    const [episode] = run([...flat, ...rise, back], { clock, settings }).episodes;
    expect(episode).toMatchObject({ kind: 'EMA_20', direction: 'DOWN', touchPrice: back.price });
    expect(episode.levelPrice).toBeCloseTo(mean, 9);
    expect(episode.levelKnownFrom).toBe(OPEN + 20 * 60e9);
  });
});
