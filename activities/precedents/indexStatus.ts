/** How a product's index of precedents is: its versions, what it covers, how large it is, and whether it finds what there is to find. */
import { layersOf } from '../../graph/datasets/layers';
import { dateOf } from '../../graph/datasets/units';
import { SpymasterError } from '../../graph/errors';
import { nextTradeDate } from '../../graph/market/calendar';
import { distanceOf, goldDistance } from '../../graph/precedents/distanceTable';
import type { PastEpisode } from '../../graph/precedents/episodes';
import { partitionName } from '../../graph/precedents/partition';
import { recallOf } from '../../graph/precedents/recall';
import type { FeatureSettings } from '../../graph/settings';
import type { Lake } from '../../lake/lake';
import { LastBuilds } from '../publishing/lastBuilds';
import { openIndex } from './openIndex';
import { pinnedTo } from './pins';

/** Touches the recall is measured on: the latest ones. */
const RECALL_TOUCHES = 20;

/** The index as it was fitted for one session. */
export interface IndexVersion {
  /** `ES/2024-03-08`: what `rollback` is told. */
  name: string;
  version: string;
  sessions: number;
  episodes: number;
  learnedGroups: string[];
  /** Null: base rates alone. */
  priorStrength: number | null;
  /** Nats an episode, with the ends of its 90 % interval. */
  gain: { nats: number; low: number; high: number; sessions: number } | null;
}

export interface IndexStatus {
  product: string;
  /** The version it was rolled back to. */
  pinned: string | null;
  /** The latest first. */
  versions: IndexVersion[];
  sessions: number;
  episodes: number;
  firstSession: string | null;
  lastSession: string | null;
  /** Sessions that other code or settings built than the last. */
  leftOut: number;
  /** Of the vectors in memory. */
  bytes: number;
  /** Share of the precedents that comparing with every episode finds, over the latest touches. */
  recall: number;
  openSeconds: number;
  partitions: { partition: string; episodes: number; sessions: number }[];
}

/** Products that have an index. */
export async function indexedProducts(lake: Lake): Promise<string[]> {
  const versions = await fitted(lake);
  return [...new Set(versions.map(({ product }) => product))].sort();
}

/** @param most versions told of */
export async function indexStatus(
  lake: Lake,
  product: string,
  features: FeatureSettings,
  most: number,
): Promise<IndexStatus> {
  const dates = (await fitted(lake)).filter((one) => one.product === product).map(({ date }) => date);
  const last = dates.at(-1);
  if (last === undefined)
    throw new SpymasterError('NoInput', `${product} has no index`, {
      expected: `./spymaster index build --symbol ${product}`,
    });
  const started = Date.now();
  // The session after all there are: its index holds every one of them.
  const after = nextTradeDate(last, lake.products.productOf(product));
  const { index, leftOut } = await openIndex(lake, product, after, features);
  const openSeconds = (Date.now() - started) / 1000;
  const { episodes } = index;
  const pinned = await pinnedTo(lake, product);
  const versions = await Promise.all(
    dates
      .slice(-most)
      .reverse()
      .map((date) => versionOf(lake, product, date)),
  );
  return {
    product,
    pinned: pinned === undefined ? null : `${product}/${pinned}`,
    versions,
    sessions: new Set(episodes.map(({ session }) => session)).size,
    episodes: episodes.length,
    firstSession: episodes[0]?.session ?? null,
    lastSession: episodes.at(-1)?.session ?? null,
    leftOut,
    bytes: index.bytes,
    recall: recallOf(index, episodes.slice(-RECALL_TOUCHES)),
    openSeconds,
    partitions: coverage(episodes),
  };
}

/**
 * Has the product's precedents looked for as they were for an earlier session.
 * @throws SpymasterError BadArgument naming the versions there are
 */
export async function requireVersion(lake: Lake, product: string, date: string): Promise<void> {
  const dates = (await fitted(lake)).filter((one) => one.product === product).map((one) => one.date);
  if (dates.includes(date)) return;
  throw new SpymasterError('BadArgument', `there is no index ${product}/${date}`, {
    expected: dates.length === 0 ? `./spymaster index build --symbol ${product}` : near(dates, product, date),
  });
}

/** The versions around a date. */
function near(dates: readonly string[], product: string, date: string): string {
  const place = dates.findIndex((other) => other > date);
  const from = Math.max(0, (place < 0 ? dates.length : place) - 2);
  return `one of ${dates.length}, such as ${dates
    .slice(from, from + 4)
    .map((one) => `${product}/${one}`)
    .join(', ')}`;
}

/** In order of date. */
async function fitted(lake: Lake): Promise<{ product: string; date: string }[]> {
  const [layer] = layersOf('product-date');
  const builds = await LastBuilds.read(lake, (at) => at === layer);
  return builds
    .all(layer)
    .filter(({ status }) => status === 'published')
    .map(({ partition }) => ({ product: partition.key.product, date: dateOf(partition)! }))
    .sort((a, b) => (a.date < b.date ? -1 : 1));
}

async function versionOf(lake: Lake, product: string, date: string): Promise<IndexVersion> {
  const rows = await lake.table(goldDistance).readRows({ partition: { product, trade_date: date } });
  const found = distanceOf(rows);
  const name = `${product}/${date}`;
  if (!found)
    return {
      name,
      version: '',
      sessions: 0,
      episodes: 0,
      learnedGroups: [],
      priorStrength: null,
      gain: null,
    };
  const { version, sessions, episodes, learned, strength, gain } = found;
  return {
    name,
    version,
    sessions,
    episodes,
    learnedGroups: [...learned],
    priorStrength: strength === Infinity ? null : strength,
    gain: gain && {
      nats: gain.mean,
      low: gain.interval.low,
      high: gain.interval.high,
      sessions: gain.clusters,
    },
  };
}

function coverage(episodes: readonly PastEpisode[]): IndexStatus['partitions'] {
  const partitions = new Map<string, { episodes: number; sessions: Set<string> }>();
  for (const episode of episodes) {
    const name = partitionName(episode);
    const of = partitions.get(name) ?? { episodes: 0, sessions: new Set() };
    partitions.set(name, of);
    of.episodes++;
    of.sessions.add(episode.session);
  }
  return [...partitions]
    .map(([partition, of]) => ({ partition, episodes: of.episodes, sessions: of.sessions.size }))
    .sort((a, b) => (a.partition < b.partition ? -1 : 1));
}
