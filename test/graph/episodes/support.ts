/** Runs of the operators over lists of trades. */
import { EpisodeTracker } from '../../../graph/episodes/tracker';
import type { Episode, Outcome } from '../../../graph/episodes/episode';
import { LevelTracker, type PriceRange } from '../../../graph/levels/tracker';
import type { SessionClock } from '../../../graph/market/calendar';
import { featureSettings, type FeatureSettings } from '../../../graph/settings';
import type { Tick } from '../../support/sessions';
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

/** Capture comes a little after the event. */
export const captured = (t: number) => t + 120_000;

export function run(trades: readonly Tick[], options: RunOptions): Run {
  const { clock, settings, previousDay, advances = [], restoreAt = -1, until } = options;
  const result: Run = { episodes: [], outcomes: [], history: [] };
  const levelOptions = { clock, product: ES, settings: settings.levels, previousDay };
  const episodeOptions = (levels: LevelTracker) => ({
    contract: 'ESU4',
    clock,
    levels,
    settings: settings.episodes,
    sink: {
      episode: (episode: Episode) => void result.episodes.push(episode),
      outcome: (outcome: Outcome) => void result.outcomes.push(outcome),
    },
  });
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
      const [savedLevels, savedEpisodes] = [levels.save(), episodes.save()];
      levels = LevelTracker.restore(savedLevels, levelOptions);
      episodes = EpisodeTracker.restore(savedEpisodes, episodeOptions(levels));
    }
    levels.onTrade(t, price);
    episodes.onTrade(t, captured(t), price);
    result.history.push(new Map(levels.levels.filter((l) => l.watched).map((l) => [l.id, l.price])));
  });
  if (until !== undefined) advance(until);
  episodes.finish();
  return result;
}
