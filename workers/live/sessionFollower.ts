/** How a worker process follows the sessions that workflows give it. */
import { isDeepStrictEqual } from 'node:util';
import type { Registry } from 'prom-client';
import type { FollowHooks, Follower } from '../../activities/session/follow';
import {
  NOWHERE_YET,
  type FeedTold,
  type FollowedPosition,
  type SessionPosition,
  type ToldResult,
} from '../../activities/session/followed';
import { streamedRows } from '../../activities/session/streamedRows';
import { currentFeatures } from '../../activities/stages/currentSettings';
import { sharedLake } from '../../activities/stages/sharedLake';
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import { pricePoints } from '../../graph/market/points';
import { CLASSES } from '../../graph/models/scores';
import type { InferenceResult } from '../../graph/scoring/inferenceResult';
import type { Config } from '../config';
import { hubsConnection } from '../eventHubs/localHubs';
import { Seldom } from '../observing/seldom';
import { followContract, type FeedPlace, type FollowListener } from './followContract';
import { openCheckpoints } from './openCheckpoints';
import { followedFeatures, SavedProgress } from './savedProgress';

/** Answers that are told of. */
const LATEST = 5;

/**
 * @param warn told of what goes on without, in words
 * @param registry where Prometheus finds what comes of it
 */
export function sessionFollower(config: Config, warn: (text: string) => void, registry?: Registry): Follower {
  const seldom = new Seldom({ warn: (_fields, text) => warn(text) });
  return {
    async follow({ contract, tradeDate, once, again, every }, { run, signal, onPosition }) {
      const lake = await sharedLake(config);
      const ended = await followContract({
        lake,
        features: config.features,
        connection: await hubsConnection(config),
        checkpoints: openCheckpoints(config.eventHubs, warn),
        contract,
        tradeDate,
        partMs: every * 1000,
        once,
        again: false,
        overBuilt: again,
        run,
        signal,
        tell: {
          ...positionListener(onPosition),
          unread: ({ code, message }) =>
            seldom.warn(
              `${contract} ${code}`,
              {},
              `${contract} ${tradeDate}: the hub cannot be read, and is asked again: ${message}`,
            ),
        },
        registry,
        lineage: config.lineage,
      });
      if (ended === 'suspended') return { ended };
      const now = await currentFeatures(lake, config.features);
      const then = (await followedFeatures(lake.store, contract, tradeDate, config.features)) ?? now;
      const streamed = isDeepStrictEqual(then.levels, now.levels)
        ? await streamedRows(lake, DATASET_GRAPH, contract, tradeDate)
        : { missing: 'other levels were chosen while it was followed, which hold from the next session on' };
      return { ended: 'over', streamed };
    },

    async forget(contract, tradeDate) {
      const saved = new SavedProgress((await sharedLake(config)).store, contract, tradeDate);
      await saved.claim();
      await saved.forget();
    },
  };
}

/** Gathers what a follower is told into one position. */
export function positionListener(onPosition: FollowHooks['onPosition']): FollowListener {
  let now: FollowedPosition = { ...NOWHERE_YET, phase: 'catching up' };
  const change = (changes: Partial<FollowedPosition>) => onPosition((now = { ...now, ...changes }));
  return {
    begun: ({ stream, partition, answered }) => change({ stream, partition, results: answered }),
    progress: (counts, caughtUp, place) =>
      change({ ...placeOf(place), feed: feedOf(counts), phase: caughtUp ? 'following' : now.phase }),
    result: (result) =>
      change({ results: now.results + 1, latest: [...now.latest, toldOf(result)].slice(-LATEST) }),
    poisoned: () => change({ poisoned: now.poisoned + 1 }),
    takenOver: () => change({ takenOver: true }),
    unwritten: ({ message }) => {
      if (now.unwritten !== message) change({ unwritten: message });
    },
    kept: () => {
      if (now.unwritten !== null) change({ unwritten: null });
    },
  };
}

const feedOf = ({ packets, records, duplicates, repeated, missing }: Readonly<FeedTold>): FeedTold => ({
  packets,
  records,
  duplicates,
  repeated,
  missing,
});

const placeOf = ({ position, behind, lagMs, latest }: FeedPlace): Partial<SessionPosition> => ({
  position,
  behind,
  lagMs,
  ...(latest && { market: String(latest.packet.lastTsRecv) }),
});

function toldOf({ id, trigger, episode, model }: InferenceResult): ToldResult {
  const { level, direction, levelPrice, at } = episode;
  return {
    id,
    what: `${trigger} ${level} ${direction} ${pricePoints(levelPrice)}`,
    at,
    says: 'missing' in model ? `no model: ${model.missing}` : sharesOf(model),
  };
}

/** `base rate 31/40/29`: percent of BREAK, REJECT and CHOP. */
function sharesOf({
  versions,
  probabilities,
}: Exclude<InferenceResult['model'], { missing: string }>): string {
  const shares = CLASSES.map((outcome) => Math.round(100 * probabilities[outcome]));
  return `${versions.model ?? 'base rate'} ${shares.join('/')}`;
}
