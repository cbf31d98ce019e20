import { OutcomeTracker } from '../../../graph/episodes/outcomeTracker';
import type { Direction, Episode, Outcome } from '../../../graph/episodes/episode';

const MINUTE = 60e9;
const LEVEL = 19_200.4;
const settings = { barrierTicks: 20, horizonMinutes: [4, 8], primaryHorizonMinutes: 8 };
const episode = (direction: Direction, touchAt = 0, id = 'one') =>
  ({ id, direction, levelPrice: LEVEL, touchAt, touchPrice: 19_200 }) as Episode;

/** Outcomes of one episode touched at 0, given trades as [minutes, price]. */
function outcomes(
  direction: Direction,
  trades: [number, number][],
  { closesAt = Infinity, dataEnd = 60 } = {},
): Outcome[] {
  const found: Outcome[] = [];
  const tracker = new OutcomeTracker(
    settings,
    (outcome) => found.push(outcome),
    () => undefined,
  );
  tracker.begin(episode(direction), closesAt * MINUTE);
  for (const [t, price] of trades) tracker.onTrade(t * MINUTE, price);
  tracker.advanceTo(dataEnd * MINUTE);
  tracker.finish(dataEnd * MINUTE);
  return found;
}
const names = (found: Outcome[]) => found.map(({ outcome, endedBy }) => `${outcome} ${endedBy}`);

describe('an outcome', () => {
  it('is what the first barrier reached makes of it, oriented to the approach', () => {
    expect(
      names(
        outcomes('UP', [
          [1, 19_221],
          [2, 19_180],
        ]),
      ),
    ).toEqual(['BREAK horizon', 'BREAK horizon']);
    expect(
      names(
        outcomes('UP', [
          [1, 19_180],
          [2, 19_221],
        ]),
      ),
    ).toEqual(['REJECT horizon', 'REJECT horizon']);
    expect(
      names(
        outcomes('DOWN', [
          [1, 19_180],
          [2, 19_221],
        ]),
      ),
    ).toEqual(['BREAK horizon', 'BREAK horizon']);
    expect(
      names(
        outcomes('DOWN', [
          [1, 19_221],
          [2, 19_180],
        ]),
      ),
    ).toEqual(['REJECT horizon', 'REJECT horizon']);
  });

  it('measures barriers from the level, not from the touch or the nearest tick', () => {
    expect(
      names(
        outcomes('UP', [
          [1, 19_220],
          [2, 19_181],
        ]),
      ),
    ).toEqual(['CHOP horizon', 'CHOP horizon']);
  });

  it('is that of the trade which came first, also at one instant', () => {
    const [outcome] = outcomes('UP', [
      [1, 19_180],
      [1, 19_221],
    ]);
    expect(outcome).toMatchObject({ outcome: 'REJECT', breakAt: MINUTE, rejectAt: MINUTE });
  });

  it('is CHOP where neither barrier is reached before the horizon, which does not belong to it', () => {
    expect(names(outcomes('UP', [[4, 19_221]]))).toEqual(['CHOP horizon', 'BREAK horizon']);
    expect(names(outcomes('UP', [[8, 19_221]]))).toEqual(['CHOP horizon', 'CHOP horizon']);
  });

  it('is CHOP at the close of the session', () => {
    expect(names(outcomes('UP', [[5, 19_221]], { closesAt: 5 }))).toEqual(['CHOP horizon', 'CHOP close']);
    expect(outcomes('UP', [[6, 19_221]], { closesAt: 5 })[1]).toMatchObject({ endAt: 5 * MINUTE, trades: 0 });
  });

  it('is unknown where the data end first, unless it had been decided', () => {
    expect(names(outcomes('UP', [[3, 19_210]], { dataEnd: 3 }))).toEqual(['null data_end', 'null data_end']);
    expect(names(outcomes('UP', [[3, 19_225]], { dataEnd: 5 }))).toEqual(['BREAK horizon', 'BREAK data_end']);
  });

  it('comes with excursions and prices of the whole horizon, decided or not', () => {
    const [short, long] = outcomes('DOWN', [
      [1, 19_180],
      [2, 19_170],
      [3, 19_190],
      [5, 19_230],
      [9, 19_000],
    ]);
    expect(short).toMatchObject({
      breakAt: MINUTE,
      rejectAt: null,
      high: 19_200,
      low: 19_170,
      endPrice: 19_190,
      trades: 3,
      primary: false,
    });
    expect(short.favorable).toBeCloseTo(30.4, 9);
    expect(short.adverse).toBeCloseTo(-0.4, 9);
    expect(long).toMatchObject({
      outcome: 'BREAK',
      rejectAt: 5 * MINUTE,
      high: 19_230,
      endPrice: 19_230,
      primary: true,
    });
  });

  it('of overlapping episodes is reported in the order of their ends', () => {
    const found: string[] = [];
    const report = (o: Outcome) => found.push(`${o.episodeId} ${o.horizonMinutes}`);
    const tracker = new OutcomeTracker(settings, report, () => undefined);
    tracker.begin(episode('UP', 0, 'first'), Infinity);
    tracker.begin(episode('DOWN', 4 * MINUTE, 'second'), 7 * MINUTE);
    tracker.advanceTo(60 * MINUTE);
    expect(found).toEqual(['first 4', 'second 4', 'second 8', 'first 8']);
  });
});
