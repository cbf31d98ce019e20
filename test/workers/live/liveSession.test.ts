/** A session that is followed message by message gives the lake that batch builds of its files, whatever happens on the way. */
import { readdirSync, rmSync } from 'node:fs';
import files = require('node:fs/promises');
import { join } from 'node:path';
import fc from 'fast-check';
import { previousDayOf } from '../../../activities/stages/inputs';
import { LastBuilds } from '../../../activities/publishing/lastBuilds';
import { DATASET_GRAPH, TABLES } from '../../../graph/catalog/declaration';
import { contractDate } from '../../../graph/datasets/units';
import type { Packet } from '../../../graph/feed/packet';
import { bronzeMbo } from '../../../graph/records/mboTable';
import { bronzeOpeningBooks } from '../../../graph/records/openingBooksTable';
import { SpymasterError } from '../../../graph/errors';
import type { Scorer } from '../../../activities/models/scorer';
import {
  featuresMessage,
  featuresMessageOf,
  type FeaturesMessage,
} from '../../../graph/scoring/featuresMessage';
import type { InferenceResult } from '../../../graph/scoring/inferenceResult';
import { goldInferenceResults } from '../../../graph/scoring/inferenceResultsTable';
import { featureSettings } from '../../../graph/settings';
import { EVEN_WEIGHTS } from '../../../graph/precedents/distance';
import { versioned } from '../../../graph/precedents/distanceTable';
import { primaryOutcome } from '../../../graph/precedents/episodes';
import { Expected } from '../../../graph/precedents/expected';
import { OrderedEpisodes } from '../../../graph/precedents/orderedEpisodes';
import { PrecedentIndex } from '../../../graph/precedents/precedentIndex';
import type { SessionIndex } from '../../../graph/precedents/precedentsOf';
import { AS_IT_IS, pastEpisodes } from '../../graph/precedents/pastEpisodes';
import { writeChosenLevels } from '../../../lake/chosenLevels';
import { Lake } from '../../../lake/lake';
import { Answers, opened } from '../../../workers/live/answers';
import { LiveMetrics } from '../../../workers/live/liveMetrics';
import { LiveSession } from '../../../workers/live/liveSession';
import { Persistence } from '../../../workers/live/persistence';
import type { PlacedPacket } from '../../../workers/live/placed';
import { contractDateRows, expectSameRows, packetsOf } from '../../support/followed';
import { temporaryFolder } from '../../support/lake';
import { buildDate, simulateLake } from '../../support/simulatedLake';
import { until } from '../../support/until';

const CONTRACT = 'ESH4';
const TRADE_DATE = '2024-03-06';
const KEY = { contract: CONTRACT, trade_date: TRADE_DATE };
const features = featureSettings.parse({ bars: { seconds: 60 }, episodes: { sessionWindow: 'all-hours' } });

/** Precedents of the sixty days before. */
const EPISODES = pastEpisodes(1, { sessions: 60, perSession: 10 });
const GAIN = { n: 1500, clusters: 120, mean: 0.1, interval: { low: 0.05, high: 0.15 } };
const DISTANCE = {
  weights: EVEN_WEIGHTS,
  learned: [],
  expected: Expected.of(EPISODES.filter((episode) => primaryOutcome(episode) !== null))!.numbers,
  strength: 25,
  gain: GAIN,
  directionGain: GAIN,
  distances: [1, 2, 3, 4],
};
const INDEX: SessionIndex = {
  index: new PrecedentIndex(new OrderedEpisodes(EPISODES), AS_IT_IS, EVEN_WEIGHTS),
  distance: versioned(DISTANCE, { sessions: 40, episodes: 400, leftOut: 0 }),
  product: 'ES',
  asOf: TRADE_DATE,
  settingsVersion: 'as they are',
};

const messages: PlacedPacket[] = [];
let batch: Lake;

beforeAll(async () => {
  const folder = temporaryFolder();
  const [raw, built] = [join(folder, 'raw'), join(folder, 'lake')];
  await simulateLake(raw, built, { from: '2024-03-05', days: 2, events: 10_000, seed: 3, options: false });
  await buildDate({ lake: built, features }, CONTRACT, TRADE_DATE);
  batch = await Lake.open(built, TABLES);
  // The file of the day before the first is not one of the second date's.
  for (const name of readdirSync(raw)) if (name.includes('20240304')) rmSync(join(raw, name));
  for (const [i, packet] of (await packetsOf(raw, CONTRACT, 400)).entries())
    messages.push({ partition: '0', sequence: 3 * i, packet, received: 1n });
});

/** What a session announced. */
interface Announced {
  results: InferenceResult[];
  features: FeaturesMessage[];
}

const touchesOf = ({ results }: Announced) => results.filter(({ trigger }) => trigger === 'touch');

/** By id, without times of the machine. */
function vectorsOf({ features }: Announced): Map<string, object> {
  const found = new Map<string, object>();
  for (const { latency: _, ...message } of features) {
    // The same again, whoever announces it.
    expect(found.get(message.id) ?? message).toEqual(message);
    found.set(message.id, message);
  }
  return found;
}

interface Worker {
  lake: Lake;
  session: LiveSession;
  announced: Announced;
}

async function open(
  folder: string,
  announced: Announced = { results: [], features: [] },
  persistence?: Persistence,
): Promise<Worker> {
  const lake = await Lake.open(folder, TABLES);
  const answers = new Answers(
    await opened<Scorer>(() => Promise.reject(new SpymasterError('CorruptTable', 'no champion here'))),
    INDEX,
    new LiveMetrics(CONTRACT),
  );
  const session = await LiveSession.open({
    lake,
    graph: DATASET_GRAPH,
    features,
    contract: CONTRACT,
    tradeDate: TRADE_DATE,
    previousDay: await previousDayOf(batch, CONTRACT, TRADE_DATE),
    announcer: (_, requireOwn) => {
      let before: Promise<InferenceResult | undefined> = Promise.resolve(undefined);
      return Promise.resolve((event, frame, received) => {
        before = before.then(async () => {
          const result = await answers.of(event, frame, received);
          await requireOwn();
          announced.features.push(featuresMessageOf(event, frame, received));
          announced.results.push(result);
          return result;
        });
        return before;
      });
    },
    run: { workflowId: 'live', runId: 'test' },
    persistence,
  });
  return { lake, session, announced };
}

/** What the lake has of what was said, in the order of the ids. */
async function keptIn(lake: Lake): Promise<InferenceResult[]> {
  const rows = await lake.table(goldInferenceResults).readRows({ partition: KEY });
  return rows.map(({ message }) => JSON.parse(message as string) as InferenceResult).sort(byId);
}
const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

/**
 * Pushes what the session has not taken, cutting a part after each of some messages.
 * @param together so many messages' news are looked for at once, as in a backlog
 */
async function push(
  session: LiveSession,
  cuts: ReadonlySet<number>,
  { together = 1, last = messages.length - 1 } = {},
): Promise<void> {
  for (const [i, message] of messages.slice(0, last + 1).entries()) {
    if (message.sequence <= session.position) continue;
    await session.take(message, i % together !== 0);
    if (cuts.has(i)) await session.cut();
  }
}

let expected: Record<string, string[]>;
/** What a session announced, and left in a lake of its own, whose day came in parts and without trouble. */
let undisturbed: Announced;
let lakeOfUndisturbed: Lake;
beforeAll(async () => {
  expected = await contractDateRows(batch, KEY);
  const folder = temporaryFolder();
  const { session, announced } = await open(folder);
  await push(session, new Set([5, 11, 12, 30]));
  await session.end();
  undisturbed = announced;
  lakeOfUndisturbed = await Lake.open(folder, TABLES);
});

test('in any number of parts, and precedents answer where no model can', async () => {
  expect(expected[bronzeMbo.name].length).toBeGreaterThan(5000);
  expect(expected[bronzeOpeningBooks.name]).toHaveLength(1);
  expect(expected['gold.vectors'].length).toBeGreaterThan(2);
  expectSameRows(await contractDateRows(lakeOfUndisturbed, KEY), expected);
  expect(touchesOf(undisturbed).map(({ episode }) => episode.id)).toEqual(
    expected['gold.vectors'].map((row) => (JSON.parse(row) as { episode_id: string }).episode_id),
  );
  expect(undisturbed.results[0]).toMatchObject({
    model: { missing: 'no champion here' },
    precedents: { status: 'evidence', n: 50 },
  });
  expect(await keptIn(lakeOfUndisturbed)).toEqual([...undisturbed.results].sort(byId));
  const builds = await LastBuilds.read(lakeOfUndisturbed);
  expect(builds.of('gold', contractDate(CONTRACT, TRADE_DATE))?.status).toBe('building');
});

test('approaches are announced before the touches they lead to, each with its vector', () => {
  const ids = undisturbed.results.map(({ id }) => id);
  expect(undisturbed.features.map(({ id }) => id)).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  const approached = touchesOf(undisturbed).flatMap(({ id, episode }) =>
    episode.approach === null ? [] : [[episode.approach, id]],
  );
  expect(approached.length).toBeGreaterThan(2);
  for (const [approach, touch] of approached) {
    expect(ids).toContain(approach);
    expect(ids.indexOf(approach)).toBeLessThan(ids.indexOf(touch));
  }
  for (const { trigger, id, episode, provisional } of undisturbed.results) {
    expect(id).toBe(trigger === 'touch' ? `${episode.id}/touch` : episode.approach);
    expect(provisional === null).toBe(trigger === 'touch');
  }
  for (const message of undisturbed.features) expect(featuresMessage.parse(message)).toEqual(message);
  for (const row of expected['gold.vectors']) {
    const { episode_id, raw } = JSON.parse(row) as { episode_id: string; raw: Record<string, unknown> };
    const message = undisturbed.features.find(({ id }) => id === `${episode_id}/touch`)!;
    expect(message.raw.map((value) => value && value + 0)).toEqual(Object.values(raw));
  }
});

test('a date that is built is left alone', async () => {
  const built = (batch.store as unknown as { location: string }).location;
  await expect(open(built)).rejects.toMatchObject({
    code: 'BadArgument',
    message: 'ESH4 2024-03-06 is built already',
  });
  expectSameRows(await contractDateRows(batch, KEY), expected);
});

test('a session goes on with the levels it began with; one that begins takes those that are chosen', async () => {
  const folder = temporaryFolder();
  const first = await open(folder);
  for (const message of messages.slice(0, 20)) await first.session.take(message);
  await first.session.cut();
  await first.session.settled();
  const price = 4900;
  const levels = { kinds: ['ROUND' as const], userPrices: { ES: [price] } };
  await writeChosenLevels(first.lake.store, { version: 1, at: '2024-03-06T15:00:00Z', levels });
  const second = await open(folder);
  expect(second.session.stream).toBe(first.session.stream);
  await push(second.session, new Set());
  await second.session.end();
  expectSameRows(await contractDateRows(await Lake.open(folder, TABLES), KEY), expected);
  const elsewhere = temporaryFolder();
  await writeChosenLevels((await Lake.open(elsewhere, TABLES)).store, {
    version: 1,
    at: '2024-03-06T15:00:00Z',
    levels,
  });
  const another = await open(elsewhere);
  expect(another.session.frame.settings.levels).toMatchObject(levels);
});

test('a worker that ends before its first part leaves the name of the stream', async () => {
  const folder = temporaryFolder();
  const first = await open(folder);
  await first.session.take(messages[0]);
  const second = await open(folder);
  expect(second.session.stream).toBe(first.session.stream);
  expect(second.session.position).toBe(-1);
});

test('a worker whose place another has taken writes, keeps and publishes nothing more', async () => {
  const folder = temporaryFolder();
  const announced: Announced = { results: [], features: [] };
  const half = Math.floor(messages.length / 2);
  const first = await open(folder, announced);
  for (const message of messages.slice(0, half)) await first.session.take(message);
  await first.session.cut();
  await first.session.settled();
  const second = await open(folder, announced);
  for (const message of messages.slice(half, half + 20)) await second.session.take(message);
  await second.session.cut();
  await second.session.settled();
  // The first wakes up, and has more messages at hand than the second has taken.
  const goesOn = async () => {
    for (const message of messages.slice(half)) await first.session.take(message);
    await first.session.cut();
    await first.session.settled();
  };
  await expect(goesOn()).rejects.toMatchObject({
    code: 'Fenced',
    message: 'Another worker follows ESH4 2024-03-06 now',
  });
  const third = await open(folder, announced);
  expect(third.session.position).toBe(second.session.position);
  await push(third.session, new Set());
  await third.session.end();
  expectSameRows(await contractDateRows(await Lake.open(folder, TABLES), KEY), expected);
  const ids = announced.results.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBe(undisturbed.results.length);
  expect(await keptIn(await Lake.open(folder, TABLES))).toEqual([...announced.results].sort(byId));
  expect(announced.features.map(({ id }) => id).sort()).toEqual(ids.sort());
});

test('a feed that is started anew, and sends again what it had sent, adds nothing to it', async () => {
  const folder = temporaryFolder();
  const { session } = await open(folder);
  const again = (from: number, run: bigint): PlacedPacket[] =>
    messages.slice(from).map(({ packet }, i) => ({
      partition: '0',
      sequence: 0,
      packet: { ...packet, run, number: i },
      received: 1n,
    }));
  const half = Math.floor(messages.length / 2);
  const sent = [...messages.slice(0, half), ...again(half - 9, 8n).slice(0, 20), ...again(0, 9n)];
  for (const [sequence, { packet }] of sent.entries())
    await session.take({ partition: '0', sequence, packet, received: 1n });
  await session.end();
  expectSameRows(await contractDateRows(await Lake.open(folder, TABLES), KEY), expected);
  expect(session.counts.repeated).toBeGreaterThan(half * 300);
});

test('what the feed sends twice is left out, and what is missing is counted', async () => {
  const { session } = await open(temporaryFolder());
  const { start } = session.frame.clock.session.window;
  const [first, second, third, ...rest] = messages.slice(
    messages.findIndex(({ packet }) => packet.firstTsRecv > start),
  );
  await session.take(first);
  await session.take({ ...second, packet: { ...second.packet, contract: 'ESM4' } });
  await session.take(second);
  await session.take({ ...first, sequence: second.sequence + 1 });
  await session.take({ ...second, sequence: second.sequence + 2 });
  await session.take({ ...rest[2], sequence: third.sequence + 1 });
  const gap: Packet = { ...third.packet, kind: 'gap', number: rest[2].packet.number + 1, count: 0 };
  await session.take({ ...rest[3], packet: { ...gap, records: new Uint8Array() } });
  expect(session.counts).toEqual({
    packets: 4,
    records: first.packet.count + second.packet.count + rest[2].packet.count,
    duplicates: 1,
    repeated: 0,
    missing: 4,
    unreadable: 0,
    withoutOptions: 0,
  });
});

describe('on a disk that is full', () => {
  const { open: openFile } = files;
  let full: boolean;
  beforeEach(() => {
    full = false;
    jest
      .spyOn(files, 'open')
      .mockImplementation((path, flags, mode) =>
        full && flags !== 'r'
          ? Promise.reject(
              Object.assign(new Error('ENOSPC: no space left on device, open'), { code: 'ENOSPC', path }),
            )
          : openFile(path, flags, mode),
      );
  });
  afterEach(() => jest.restoreAllMocks());

  const half = () => Math.floor(messages.length / 2);
  const takeHalf = async ({ session }: Worker) => {
    for (const message of messages.slice(0, half())) await session.take(message);
  };

  test('answers go on, and what waits is written when there is room', async () => {
    const folder = temporaryFolder();
    const refused: Error[] = [];
    const announced: Announced = { results: [], features: [] };
    const unwritten = (error: Error) => refused.push(error);
    const worker = await open(folder, announced, new Persistence({ unwritten }));
    const { session } = worker;
    await takeHalf(worker);
    await session.cut();
    full = true;
    for (const message of messages.slice(half())) await session.take(message);
    await until(() => refused.length >= 2);
    expect(session.isWriting).toBe(true);
    expect(announced.results.length).toBeGreaterThan(touchesOf(undisturbed).length / 2);
    expect(refused[0]).toMatchObject({
      code: 'StoreUnavailable',
      message: expect.stringMatching(new RegExp(`^the disk is full: could not .* ${folder}`)) as string,
      details: {
        file: expect.stringContaining(folder) as string,
        expected: 'more room where the file is written',
      },
    });
    full = false;
    await session.end();
    expectSameRows(await contractDateRows(await Lake.open(folder, TABLES), KEY), expected);
    expect(vectorsOf(announced)).toEqual(vectorsOf(undisturbed));
    expect(announced.results.map(({ id }) => id)).toEqual(undisturbed.results.map(({ id }) => id));
  });

  test('a worker that is told to stop says why it cannot write, and the next one has lost nothing', async () => {
    const folder = temporaryFolder();
    const stopping = new AbortController();
    const announced: Announced = { results: [], features: [] };
    const { signal } = stopping;
    let refused = 0;
    const worker = await open(
      folder,
      announced,
      new Persistence({ signal, unwritten: () => (refused += 1) }),
    );
    await takeHalf(worker);
    await worker.session.cut();
    await worker.session.settled();
    for (const message of messages.slice(half())) await worker.session.take(message);
    full = true;
    const suspended = worker.session.suspend().catch((error: unknown) => error);
    await until(() => refused > 0);
    stopping.abort();
    expect(await suspended).toMatchObject({
      code: 'StoreUnavailable',
      message: expect.stringContaining('the disk is full') as string,
    });
    await expect(open(folder, announced)).rejects.toMatchObject({ code: 'StoreUnavailable' });
    full = false;
    const { session } = await open(folder, announced);
    expect(session.position).toBe(messages[half() - 1].sequence);
    await push(session, new Set());
    await session.end();
    expectSameRows(await contractDateRows(await Lake.open(folder, TABLES), KEY), expected);
    expect(vectorsOf(announced)).toEqual(vectorsOf(undisturbed));
  });
});

test('whenever the process ends, and whatever it was writing', async () => {
  const last = messages.length - 1;
  const crashes = fc.array(fc.record({ after: fc.nat(last), writes: fc.nat(60) }), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(
      crashes,
      fc.integer({ min: 8, max: 40 }),
      fc.integer({ min: 1, max: 30 }),
      async (at, every, together) => {
        const folder = temporaryFolder();
        const cuts = new Set(messages.flatMap((_, i) => (i % every === every - 1 ? i : [])));
        const announced: Announced = { results: [], features: [] };
        for (const { after, writes } of at) {
          const { lake, session } = await open(folder, announced);
          const restore = endAfter(lake, writes);
          try {
            await push(session, cuts, { together, last: after });
            await session.settled();
          } catch (error) {
            expect(String(error)).toContain('the machine is off');
          }
          restore();
        }
        const { session } = await open(folder, announced);
        await push(session, cuts, { together });
        await session.end();
        expectSameRows(await contractDateRows(await Lake.open(folder, TABLES), KEY), expected);
        expect(vectorsOf(announced)).toEqual(vectorsOf(undisturbed));
        const ids = undisturbed.results.map(({ id }) => id).sort();
        expect([...new Set(announced.results.map(({ id }) => id))].sort()).toEqual(ids);
        const kept = await keptIn(await Lake.open(folder, TABLES));
        expect(kept.map(({ id }) => id)).toEqual(ids);
        for (const result of kept) expect(announced.results).toContainEqual(result);
      },
    ),
    {
      numRuns: 3,
      examples: [
        [[{ after: last, writes: 3 }], 30, 1],
        [
          [
            { after: 60, writes: 9 },
            { after: last, writes: 30 },
          ],
          20,
          7,
        ],
      ],
    },
  );
});

/** The lake's store takes so many writes more, and then none. Returns what turns it on again. */
function endAfter({ store }: Lake, writes: number): () => void {
  let left = writes;
  const guard = <Args extends unknown[], Value>(write: (...args: Args) => Promise<Value>) => {
    const original = write.bind(store);
    return (...args: Args): Promise<Value> =>
      --left < 0 ? Promise.reject(new Error('the machine is off')) : original(...args);
  };
  const spies = [
    jest.spyOn(store, 'put').mockImplementation(guard(store.put)),
    jest.spyOn(store, 'putIfAbsent').mockImplementation(guard(store.putIfAbsent)),
  ];
  return () => spies.forEach((spy) => spy.mockRestore());
}
