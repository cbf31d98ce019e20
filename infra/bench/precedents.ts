/** Precedents: how fast the nearest of a partition are found, whole answers, and an index; beside FAISS and hnswlib on the same vectors. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isoDate } from '../../graph/market/days';
import { EVEN_WEIGHTS } from '../../graph/precedents/distance';
import type { PastEpisode } from '../../graph/precedents/episodes';
import { OrderedEpisodes } from '../../graph/precedents/orderedEpisodes';
import { PrecedentIndex } from '../../graph/precedents/precedentIndex';
import { precedentsOf } from '../../graph/precedents/precedentsOf';
import { recallOf } from '../../graph/precedents/recall';
import { RowScan } from '../../graph/precedents/rowScan';
import { choose, LEARN_BACK, learnDistance } from '../../graph/precedents/learnDistance';
import { Nearest } from '../../graph/precedents/nearest';
import { K } from '../../graph/precedents/selection';
import { Random } from '../../graph/random/random';
import { FEATURES } from '../../graph/vectors/features';
import { AS_IT_IS, DAY_NS, episodeOf, evenly, FIRST_DAY } from './episodes';
import { beside, runPeer } from './peers';
import { sized } from './size';
import type { BenchResult } from './types';

const PARTITION = sized(20_000, 600);
const FEW = sized(2_000, 100);
const QUERIES = sized(1_000, 5);
const PARTITIONS = sized(60, 2);
const EACH = sized(5_000, 100);
/** Episodes of all partitions. */
const PER_SESSION = 16 * PARTITIONS;

export async function bench(): Promise<BenchResult[]> {
  const random = new Random(1);
  const vectors = walks(random, PARTITION + QUERIES);
  const folder = await mkdtemp(join(tmpdir(), 'spymaster-bench-'));
  try {
    const file = join(folder, 'vectors.f32');
    await writeFile(file, new Uint8Array(vectors.buffer));
    const search = measureSearch(vectors, PARTITION);
    const few = measureSearch(vectors, FEW);
    const peer = runPeer('nearest.py', file, ...[PARTITION, FEW, FEATURES.length, K].map(String));
    const note = `${K} of ${PARTITION} vectors of ${FEATURES.length} dimensions, ${QUERIES} queries, one thread`;
    return [
      {
        name: 'nearest, p99',
        value: search.p99,
        unit: 'ms',
        ...beside(search.p99, 'FAISS flat', peer?.flat_p99),
        note: `${note}; recall ${search.recall}`,
      },
      {
        name: 'nearest, median',
        value: search.p50,
        unit: 'ms',
        ...beside(search.p50, 'FAISS flat', peer?.flat_p50),
        note,
      },
      {
        name: 'nearest, median, beside hnswlib',
        value: search.p50,
        unit: 'ms',
        ...beside(search.p50, `hnswlib with recall ${peer?.hnsw_recall?.toFixed(4)}`, peer?.hnsw_p50),
        note,
      },
      {
        name: `nearest of ${FEW}, median, beside hnswlib`,
        value: few.p50,
        unit: 'ms',
        ...beside(few.p50, 'hnswlib', peer?.hnsw_few_p50),
        note: 'a partition of the six levels has about 400 episodes after five years',
      },
      ...(peer ? [paysAfter(search.p50, peer)] : []),
      ...measureAnswers(random),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** An approximate index has to be built, and anew whenever other weights are learned; comparing with every row needs none. */
function paysAfter(
  exact: number,
  { hnsw_p50: near, hnsw_build_s: seconds }: Record<string, number>,
): BenchResult {
  return {
    name: 'questions after which an index of hnswlib has paid for its making',
    value: exact > near ? Math.round((1000 * seconds) / (exact - near)) : Infinity,
    unit: 'questions of one partition',
    note: `${PARTITION} vectors; ${seconds.toFixed(1)} s to build`,
  };
}

/** Windows of 12 lags over 12 slowly moving channels, as approaches are; standardised. */
function walks(random: Random, n: number): Float32Array {
  const width = FEATURES.length;
  const vectors = new Float32Array(n * width);
  const state = new Float64Array(width / 12);
  for (let i = 0; i < n; i++)
    for (let lag = 0; lag < 12; lag++)
      for (let c = 0; c < state.length; c++) {
        state[c] = 0.985 * state[c] + 0.1726 * random.normal();
        vectors[i * width + lag * state.length + c] = state[c] + 0.2 * random.normal();
      }
  return vectors;
}

/** Milliseconds a query among the last of the rows, and whether the nearest are those that double precision finds. */
function measureSearch(vectors: Float32Array, most: number) {
  const width = FEATURES.length;
  const scan = new RowScan(width, most, most * width);
  const block = { from: 0, stride: width, rows: Int32Array.from({ length: most }, (_, row) => row) };
  scan.rows.set(vectors.subarray((PARTITION - most) * width, PARTITION * width));
  scan.ready([block]);
  const find = (query: Float32Array) => {
    const nearest = new Nearest(K);
    scan.offer({ runs: [{ from: 0, query }], scale: 1 }, block, most, nearest);
    return nearest.inOrder();
  };
  const queryOf = (q: number) => vectors.slice((PARTITION + q) * width, (PARTITION + q + 1) * width);
  for (let q = 0; q < Math.min(QUERIES, 50); q++) find(queryOf(q));
  const times = Array.from({ length: QUERIES }, (_, q) => {
    const query = queryOf(q);
    const started = performance.now();
    find(query);
    return performance.now() - started;
  }).sort((a, b) => a - b);
  let [found, wanted] = [0, 0];
  for (let q = 0; q < Math.min(QUERIES, 20); q++) {
    const query = queryOf(q);
    const exact = Array.from({ length: most }, (_, row) => {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += (query[k] - scan.rows[row * width + k]) ** 2;
      return { row, sum };
    })
      .sort((a, b) => a.sum - b.sum)
      .slice(0, K);
    const rows = new Set(find(query).rows);
    wanted += exact.length;
    found += exact.filter(({ row }) => rows.has(row)).length;
  }
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), recall: found / wanted };
}

function measureAnswers(random: Random): BenchResult[] {
  const episodes = Array.from({ length: PARTITIONS * EACH }, (_, i) =>
    episodeOf(random, i, PARTITIONS, PER_SESSION),
  );
  const started = performance.now();
  const index = new PrecedentIndex(new OrderedEpisodes(episodes), AS_IT_IS, EVEN_WEIGHTS);
  const building = (performance.now() - started) / 1000;
  const asked = episodes.slice(-QUERIES);
  const distance = evenly(episodes);
  const answer = (touch: PastEpisode) =>
    precedentsOf(touch, {
      index,
      distance,
      product: 'ES',
      asOf: touch.session,
      settingsVersion: 'bench',
    });
  for (const touch of asked) answer(touch);
  const times = asked
    .map((touch) => {
      const begun = performance.now();
      answer(touch);
      return performance.now() - begun;
    })
    .sort((a, b) => a - b);
  const note = `${episodes.length} episodes in ${PARTITIONS} partitions; recall ${recallOf(index, asked.slice(0, 3))}`;
  return [
    { name: 'an index in memory', value: building, unit: 's', note },
    ...measureFit(random),
    { name: 'whole answer, median', value: quantile(times, 0.5), unit: 'ms', note },
    { name: 'whole answer, p99', value: quantile(times, 0.99), unit: 'ms', note },
  ];
}

/** Seconds, once the code is warm, as it is in a worker. */
function measureFit(random: Random): BenchResult[] {
  const sessions = sized(LEARN_BACK, 25);
  const episodes = Array.from({ length: sessions * 14 }, (_, i) => {
    const day = FIRST_DAY + Math.floor(i / 14);
    const at = BigInt(day) * DAY_NS + BigInt(random.below(480)) * 60_000_000_000n;
    return {
      ...episodeOf(random, random.below(60), PARTITIONS, PER_SESSION),
      id: `E${i}`,
      session: isoDate(day),
      at,
    };
  });
  const next = isoDate(FIRST_DAY + sessions);
  const timed = <T>(work: () => T) => {
    work();
    const started = performance.now();
    const result = work();
    return { result, seconds: (performance.now() - started) / 1000 };
  };
  const look = timed(() => choose(episodes, next));
  const session = timed(() => learnDistance(episodes, AS_IT_IS, next, look.result));
  const note = `${sessions} sessions of 14 episodes before it`;
  return [
    { name: 'what is fitted for one session', value: session.seconds, unit: 's', note },
    { name: 'a look, once a month', value: look.seconds, unit: 's', note },
  ];
}

const quantile = (sorted: readonly number[], p: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))];
