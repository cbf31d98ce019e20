import { pastEpisodes as made } from './pastEpisodes';
import { episodeRows } from './episodeRows';
import { BASELINE_FEATURES } from '../../../graph/models/baselineFeatures';
import { walkBreak } from '../../../graph/models/scores';
import {
  measuringOf,
  pastEpisodes,
  touchesOf,
  type EpisodeRows,
} from '../../../graph/precedents/pastEpisodes';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { FEATURES } from '../../../graph/vectors/features';
import { ES } from '../../support/products';

const VOLATILITY = FEATURES.findIndex(({ name }) => name === 'volatility_20m');

const MEASURING = measuringOf(DEFAULT_SETTINGS, ES);

/** Rows of a touch at a time of 2024-01-03, UTC; price moved by a tick in each bar of 5 s. */
function rowsAt(time: string): EpisodeRows {
  const raw = new Float32Array(FEATURES.length);
  raw[VOLATILITY] = Math.log1p(1);
  const [one] = made(1, { sessions: 1, perSession: 1 });
  const at = BigInt(Date.parse(`2024-01-03T${time}Z`)) * 1_000_000n;
  const rows = episodeRows([{ ...one, session: '2024-01-03', at, raw }], () => 'alike');
  const of = (table: string) => rows.get(table)!.flatMap(({ batches }) => batches);
  return {
    contract: 'ESH4',
    tradeDate: '2024-01-03',
    episodes: of('gold.episodes'),
    outcomes: of('gold.outcomes'),
    vectors: of('gold.vectors'),
  };
}

const baselineAt = (time: string): number[] =>
  Array.from(touchesOf(rowsAt(time), MEASURING)[0].touch.baseline);

it('knows what a walk gives for BREAK: by its distance alone, and if it has to be decided in the time that is left', () => {
  const walks = ['20:00:00', '20:58:00'].map((time) => {
    const [{ martingale, walk }] = pastEpisodes(rowsAt(time), MEASURING);
    expect(martingale).toBeCloseTo((20 - 1.6) / 40, 6);
    return walk;
  });
  // A standard deviation of sqrt(12 * 8) ticks in the horizon, of sqrt(12 * 2) in what is left of it shortly before the close.
  expect(walks[0]).toBeCloseTo(walkBreak(-1.6, 20, Math.sqrt(96)), 5);
  expect(walks[1]).toBeCloseTo(walkBreak(-1.6, 20, Math.sqrt(24)), 5);
});

it('expects of a touch what its volatility, its distance and the time left to the close tell', () => {
  const reach = BASELINE_FEATURES.indexOf('reach');
  // 20:00 UTC is 15:00 ET; the session closes at 16:00.
  const early = baselineAt('20:00:00');
  // A tick in 5 s is sqrt(12) ticks in a minute; over 8 minutes, in barriers of 20 ticks.
  expect(early[reach]).toBeCloseTo(Math.log((Math.sqrt(12) * Math.sqrt(8)) / 20), 5);
  expect(early[BASELINE_FEATURES.indexOf('distance')]).toBeCloseTo(-1.6 / 20, 5);
  // Two minutes before the close a quarter of the horizon is left.
  expect(baselineAt('20:58:00')[reach]).toBeCloseTo(early[reach] - Math.log(2), 5);
});
