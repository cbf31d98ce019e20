/** Runs of the operators over lists of trades. */
import { EpisodeTracker } from '../../../graph/episodes/episodeTracker';
import type { Episode, Outcome } from '../../../graph/episodes/episode';
import type { PriceRange } from '../../../graph/levels/priceRange';
import { LevelTracker } from '../../../graph/levels/levelTracker';
import type { SessionClock } from '../../../graph/market/calendar';
import { featureSettings, type FeatureSettings } from '../../../graph/settings';
import { restoreState, saveState } from '../../../graph/state/blob';
import { tradeTick, WHOLE, type Tick } from '../../support/sessions';
import type { LevelHistory } from './oracle';
import { ES } from '../../support/products';

/** Settings with user levels given in ticks of ES. */
export function settingsWith(
  userTicks: number[],
  levels: Record<string, unknown> = {},
  episodes: Record<string, unknown> = {},
): FeatureSettings {
  return featureSettings.parse({
    levels: { userPrices: { ES: userTicks.map((ticks) => ticks / 4) }, ...levels },
    episodes,
  });
}

export interface Run {
  approaches: Episode[];
  episodes: Episode[];
  outcomes: Outcome[];
  history: LevelHistory;
}

export interface RunOptions {
  clock: SessionClock;
  settings: FeatureSettings;
  previousDay?: PriceRange;
  /** Times at which to advance time besides the trades, ascending. */
  advances?: number[];
  /** Index of the trade before which everything is saved and restored. */
  restoreAt?: number;
  /** Up to when the data reach; the last trade if not given. */
  until?: number;
}

export function run(trades: readonly Tick[], options: RunOptions): Run {
  const { clock, settings, previousDay, advances = [], restoreAt = -1, until } = options;
  const result: Run = { approaches: [], episodes: [], outcomes: [], history: [] };
  const levelOptions = { clock, product: ES, settings: settings.levels, previousDay, coverage: WHOLE };
  const episodeOptions = (levels: LevelTracker) => ({
    contract: 'ESU4',
    clock,
    levels: levels.levels,
    settings: settings.episodes,
  });
  const take = () => {
    levels.take();
    for (const event of episodes.take())
      if (event.kind === 'episode') result.episodes.push(event.episode);
      else if (event.kind === 'approach') result.approaches.push(event.approach);
      else if (event.kind === 'outcome') result.outcomes.push(event.outcome);
  };
  let levels = new LevelTracker(levelOptions);
  let episodes = new EpisodeTracker(episodeOptions(levels));
  const advance = (t: number) => {
    levels.advanceTo(t);
    episodes.advanceTo(t);
  };
  let latest = -Infinity;
  let a = 0;
  trades.forEach(({ t, price }, i) => {
    latest = Math.max(latest, t);
    while (a < advances.length && advances[a] <= latest) advance(advances[a++]);
    if (i === restoreAt) {
      take();
      const [savedLevels, savedEpisodes] = [saveState(levels), saveState(episodes)];
      levels = restoreState(new LevelTracker(levelOptions), savedLevels);
      episodes = restoreState(new EpisodeTracker(episodeOptions(levels)), savedEpisodes);
    }
    const trade = tradeTick({ t, price });
    levels.push(trade);
    episodes.push(trade);
    result.history.push(new Map(levels.levels.filter((l) => l.watched).map((l) => [l.id, l.price])));
  });
  if (until !== undefined) advance(until);
  episodes.finish();
  take();
  return result;
}
