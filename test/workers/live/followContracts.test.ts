/** Several contracts and their options from the partitions of one hub, whichever of these is slow or has nothing. */
import { EventHubProducerClient } from '@azure/event-hubs';
import { Registry } from 'prom-client';
import { ToldFollowing } from '../../../activities/lineage/toldFollowing';
import { DATASET_GRAPH, TABLES } from '../../../graph/catalog/declaration';
import { layersOf } from '../../../graph/datasets/layers';
import { Packer, type FeedMessage } from '../../../graph/feed/packer';
import type { RunEvent } from '../../../graph/lineage/runEvent';
import { qualityChecks } from '../../../graph/quality/checksTable';
import { bronzeMbo } from '../../../graph/records/mboTable';
import { DEFAULT_SETTINGS } from '../../../graph/settings';
import { HUBS } from '../../../infra/eventhubs/hubs';
import { listLetters } from '../../../lake/deadLetters/letters';
import { Lake } from '../../../lake/lake';
import { partitionOfKey } from '../../../infra/eventhubs/partitionKey';
import { Checkpoints } from '../../../workers/live/checkpoints';
import { nowMs } from '../../../workers/live/clock';
import {
  followContracts,
  type FollowListener,
  type FollowOptions,
} from '../../../workers/live/followContract';
import { startPeer, type TestPeer } from '../../support/eventHubs';
import { mapping, openInterest, order } from '../../support/feedRecords';
import { contractDateRows, expectSameRows } from '../../support/followed';
import { temporaryFolder } from '../../support/lake';
import { lineageTold } from '../../support/lineageTold';
import { describeWithOpenLineage, refusedEvents } from '../../support/openLineage';
import { samplesOf } from '../../support/prometheus';
import { until } from '../../support/until';

const TRADE_DATE = '2024-03-06';
/** 10:00 ET, ns UTC. */
const TEN = BigInt(Date.parse('2024-03-06T15:00:00Z')) * 1_000_000n;
const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;

let hubs: TestPeer;
let producer: EventHubProducerClient;
let lake: Lake;
beforeEach(async () => {
  hubs = await startPeer({ hubs: [...HUBS] });
  producer = new EventHubProducerClient(hubs.peer.connectionString, 'mbo_raw');
  lake = await Lake.open(temporaryFolder(), TABLES);
});
afterEach(async () => {
  await producer.close();
  await hubs.peer.stop();
  hubs.remove();
});

/** What the feed packs of ESH4 (1), of an option on it (2), of NQH4 (3), and of what nobody knows (9); a packet each record. */
function packed(records: readonly Uint8Array[]): FeedMessage[] {
  const messages: FeedMessage[] = [];
  const packer = new Packer({
    dataset: 'GLBX.MDP3',
    products: lake.products,
    run: 7n,
    mostBytes: 10_000,
    now: () => 1n,
    emit: (message) => messages.push(message),
  });
  packer.push(mapping(1, 'ESH4'), 3, false);
  packer.push(mapping(2, 'ESH4 C5100', 'ES.OPT'), 3, false);
  packer.push(mapping(3, 'NQH4', 'NQ.FUT'), 3, false);
  for (const record of records) {
    packer.push(record, 3, false);
    packer.flush();
  }
  return messages;
}

async function send(messages: readonly FeedMessage[]): Promise<void> {
  for (const { contract, body } of messages)
    await producer.sendBatch([{ body: Buffer.from(body) }], { partitionKey: contract });
}

const follow = (contract: string, once: boolean, tell: Partial<FollowListener> = {}): FollowOptions => ({
  lake,
  features: DEFAULT_SETTINGS,
  connection: hubs.peer.connectionString,
  contract,
  tradeDate: TRADE_DATE,
  partMs: 0,
  once,
  again: false,
  run: { workflowId: 'live', runId: 'test' },
  signal: new AbortController().signal,
  tell: {
    begun: () => undefined,
    progress: () => undefined,
    result: () => undefined,
    poisoned: () => undefined,
    apart: () => undefined,
    takenOver: () => undefined,
    ...tell,
  },
});

const rowsOf = async (contract: string) =>
  (await lake.table(bronzeMbo).readRows({ partition: { contract, trade_date: TRADE_DATE } })).length;

test('what keeps one from being followed does not keep the others', async () => {
  await send(
    packed([
      openInterest(2, TEN),
      order(1, 1, TEN + 1n),
      order(3, 2, TEN + 2n),
      order(9, 3, TEN + 3n),
      openInterest(2, TEN + 4n),
      order(1, 4, TEN + 5n),
    ]),
  );
  await producer.sendBatch([{ body: Buffer.from('of NQ') }], { partitionKey: 'NQH4' });
  const ends = await followContracts(['ESH4', 'CLJ4', 'NQH4'].map((contract) => follow(contract, true)));
  expect(ends).toMatchObject([
    { status: 'fulfilled', value: 'ended' },
    { status: 'rejected', reason: { code: 'NoInput', message: expect.stringContaining('CLJ4') } },
    { status: 'fulfilled', value: 'ended' },
  ]);
  expect([await rowsOf('ESH4'), await rowsOf('NQH4')]).toEqual([2, 1]);
  const letters = (await listLetters(lake)).map(
    ({ contract, reason }) => `${String(contract)} ${String(reason)}`,
  );
  expect(letters.sort()).toEqual([
    'ESH4 instrument_undefined',
    'ESH4 instrument_undefined',
    'ESH4 symbol_unmapped',
    'NQH4 no_packet',
    'NQH4 symbol_unmapped',
  ]);
});

test('how far a partition has been taken is told once that is in the lake', async () => {
  const written: [string, string, number, string][] = [];
  const checkpoints = new Checkpoints(
    {
      updateCheckpoint: async ({ consumerGroup, partitionId, sequenceNumber, offset }) =>
        void written.push([consumerGroup, partitionId, sequenceNumber, offset]),
    },
    (error) => {
      throw error;
    },
  );
  await send(packed([order(1, 1, TEN), order(1, 2, TEN + 1n), order(1, 3, TEN + 2n)]));
  await followContracts([{ ...follow('ESH4', true), checkpoints }]);
  const partition = String(partitionOfKey('ESH4', HUBS[0].partitions));
  const { lastEnqueuedSequenceNumber: last, lastEnqueuedOffset } =
    await producer.getPartitionProperties(partition);
  expect(written.at(-1)).toEqual(['live', partition, last, lastEnqueuedOffset]);
  expect(last).toBe(2);
});

test('what a session took is told, also where its end is in the hub already', async () => {
  await send(packed([order(1, 1, TEN), order(1, 2, TEN + 1n), order(1, 3, TEN + DAY)]));
  const records: number[] = [];
  const [end] = await followContracts([
    follow('ESH4', false, { progress: (counts) => records.push(counts.records) }),
  ]);
  expect(end).toEqual({ status: 'fulfilled', value: 'ended' });
  expect(records.at(-1)).toBeGreaterThanOrEqual(2);
  expect(await rowsOf('ESH4')).toBe(2);
});

test('options that do not come are waited for so long, and taken again when they have', async () => {
  const [first, late, ...after] = packed([
    order(1, 1, TEN),
    openInterest(2, TEN + 1n),
    ...Array.from({ length: 2000 }, (_, i) => order(1, 2 + i, TEN + BigInt(2 + i))),
    order(1, 3000, TEN + DAY),
  ]);
  const nextDay = after.pop()!;
  let sent = 0;
  const sendOne = () => send([after[sent++]]);
  await send([first]);
  await sendOne();
  const told: boolean[] = [];
  const sending: Promise<void>[] = [];
  // The partitions are read apart: that options have come is seen with one of the events after them.
  const sendTheRest = async () => {
    await send([late]);
    await until(async () => {
      await sendOne();
      return told.includes(false);
    });
    await send([nextDay]);
  };
  const apart = (isApart: boolean) => {
    told.push(isApart);
    if (isApart) sending.push(sendTheRest());
  };
  const [end] = await followContracts([follow('ESH4', false, { apart })]);
  await Promise.all(sending);
  expect(end).toEqual({ status: 'fulfilled', value: 'ended' });
  expect(told).toEqual([true, false]);
  expect(await rowsOf('ESH4')).toBe(1 + sent);
  expect(await listLetters(lake)).toMatchObject([{ reason: 'instrument_undefined' }]);
  const checks = await lake.table(qualityChecks).readRows();
  const { value } = checks.find(({ check_name }) => check_name === 'feed_options')!;
  expect(value).toBeGreaterThan(0);
});

test('deliveries in the wrong order and more than once make the same rows, and are counted', async () => {
  const records = Array.from({ length: 60 }, (_, i) => order(1, i, TEN + BigInt(i) * SECOND));
  await producer.sendBatch(
    packed(records).map(({ body }) => ({ body: Buffer.from(body) })),
    { partitionKey: 'ESH4' },
  );
  const registry = new Registry();
  hubs.peer.faults.reorderDeliveries(25);
  hubs.peer.faults.duplicateDeliveries(10);
  await followContracts([{ ...follow('ESH4', true), registry }]);
  const undisturbed = await Lake.open(temporaryFolder(), TABLES);
  await followContracts([{ ...follow('ESH4', true), lake: undisturbed }]);
  const rows = async (of: Lake) => contractDateRows(of, { contract: 'ESH4', trade_date: TRADE_DATE });
  expect((await rows(lake))[bronzeMbo.name]).toHaveLength(60);
  expectSameRows(await rows(lake), await rows(undisturbed));
  const told = samplesOf(await registry.metrics());
  expect(told.get('spymaster_live_misplaced_total{contract="ESH4"}')).toBe(35);
  expect(told.get('spymaster_live_missing_total{contract="ESH4"}')).toBe(0);
});

test.each([
  ['behind: a session that has just opened has not by it', Date.parse('2024-03-05T23:00:00Z') - 600_000],
  ['ahead', Date.now() + 600_000],
])('the clock of the hub is %s', async (_, hubTime) => {
  const began = nowMs();
  await producer.close();
  await hubs.peer.stop();
  hubs.remove();
  hubs = await startPeer({ hubs: [...HUBS], clock: () => hubTime + Math.round(nowMs() - began) });
  producer = new EventHubProducerClient(hubs.peer.connectionString, 'mbo_raw');
  await send(packed([openInterest(2, TEN), order(1, 1, TEN + 1n), order(1, 2, TEN + 2n)]));
  const told: { lagMs: number | null; after: number }[] = [];
  const apart = jest.fn();
  const progress: FollowListener['progress'] = (_counts, _caughtUp, { lagMs }) =>
    told.push({ lagMs, after: nowMs() - began });
  const [end] = await followContracts([follow('ESH4', true, { apart, progress })]);
  expect(end).toEqual({ status: 'fulfilled', value: 'ended' });
  expect(apart).not.toHaveBeenCalled();
  expect(await rowsOf('ESH4')).toBe(2);
  expect(await listLetters(lake)).toMatchObject([{ reason: 'instrument_undefined' }]);
  // Nothing is older than the hub that has it, whatever its clock shows.
  const last = told.at(-1)!;
  expect(last.lagMs).toBeGreaterThanOrEqual(0);
  expect(last.lagMs).toBeLessThan(last.after);
});

describe('as lineage', () => {
  const lineage = { namespace: 'desk', version: '1.2.3' };
  const records = [order(1, 1, TEN + 1n), openInterest(2, TEN + 2n), order(1, 2, TEN + 3n)];
  const told: RunEvent[] = [];
  const toldOf = async (follow: FollowOptions) => {
    const { events, lost } = await lineageTold(() => followContracts([{ ...follow, lineage }]));
    expect(lost).toEqual([]);
    told.push(...events);
    return events;
  };
  const tables = (outputs: RunEvent['outputs']) =>
    outputs.flatMap(({ namespace, name }) =>
      namespace === 'file' ? [name.slice(lake.store.location.length + 1).replace('/', '.')] : [],
    );

  test('a session is a run from hub to tables: it begins, grows and ends, or is left and gone on with', async () => {
    await send(packed(records));
    const abort = new AbortController();
    // Once all is there and a part of it is written.
    const left = await toldOf({
      ...follow('ESH4', false, { kept: () => abort.abort() }),
      signal: abort.signal,
    });
    expect(left.map(({ eventType }) => eventType)).toEqual(['START', 'RUNNING', 'ABORT']);
    expect(left[0].run.facets.spymaster_session).toMatchObject({
      partition: `ESH4 ${TRADE_DATE}`,
      status: 'begun',
    });
    expect(left[2].run.facets.spymaster_session).toMatchObject({ status: 'suspended' });

    const ended = await toldOf(follow('ESH4', true));
    expect(ended.map(({ eventType }) => eventType)).toEqual(['START', 'RUNNING', 'COMPLETE']);
    expect(ended[0].run.facets.spymaster_session).toMatchObject({ status: 'resumed' });
    expect(new Set(ended.map(({ run }) => run.runId)).size).toBe(1);
    expect(ended[0].run.runId).not.toBe(left[0].run.runId);
    const namespace = hubs.peer.connectionString.match(/Endpoint=(sb:\/\/[^;/]+)/)![1];
    for (const { job, inputs } of ended) {
      expect(job).toMatchObject({
        namespace: 'desk',
        name: 'follow',
        facets: { jobType: { processingType: 'STREAMING' } },
      });
      expect(inputs).toMatchObject([{ namespace, name: 'mbo_raw' }]);
    }
    const written = layersOf('contract-date').flatMap((layer) => DATASET_GRAPH.tablesOf(layer));
    const { outputs } = ended[2];
    expect(tables(outputs)).toEqual([...written.map(({ name }) => name), 'gold.inference_results']);
    expect(outputs.filter((output) => output.namespace === namespace).map(({ name }) => name)).toEqual([
      'features_gold',
      'inference_results',
    ]);
    const orders = outputs.find(({ name }) => name.endsWith('bronze/mbo'))!;
    expect(orders.outputFacets.outputStatistics.rowCount).toBe(await rowsOf('ESH4'));

    // It has been followed to its end: there is nothing to do, and nothing to tell.
    expect(await toldOf(follow('ESH4', true))).toEqual([]);
  });

  test('one that a build has taken over names the tables no more, and one that fails says of what', async () => {
    const session = { lake, graph: DATASET_GRAPH, contract: 'ESH4', tradeDate: TRADE_DATE };
    const hub = { namespace: 'sb://hubs', name: 'mbo_raw', description: 'Order messages' };
    const { events: overtaken } = await lineageTold(async () => {
      const run = { workflowId: 'live', runId: 'test' };
      const following = new ToldFollowing(lineage, { ...session, run, from: hub, to: [] });
      await following.begun(false);
      await following.ended('ended', true);
    });
    expect(overtaken.map(({ eventType, outputs }) => [eventType, tables(outputs)])).toEqual([
      ['START', []],
      ['COMPLETE', []],
    ]);
    expect(overtaken[1].run.facets.spymaster_session).toMatchObject({ status: 'ended', takenOver: true });

    const nothing = await toldOf(follow('CLJ4', true));
    expect(nothing.map(({ eventType }) => eventType)).toEqual(['START', 'FAIL']);
    expect(nothing[1].run.facets.errorMessage.message).toMatch(/^NoInput: .*CLJ4/);
    told.push(...overtaken);
  });

  test('of one whose process was killed the next tells the end, once; of one that ended nobody does', async () => {
    const run = { workflowId: 'live', runId: 'test' };
    const from = { namespace: 'sb://hubs', name: 'mbo_raw', description: 'Order messages' };
    const session = {
      lake,
      graph: DATASET_GRAPH,
      contract: 'ESM4',
      tradeDate: TRADE_DATE,
      run,
      from,
      to: [],
    };
    const following = () => new ToldFollowing(lineage, session);
    const { events, lost } = await lineageTold(async () => {
      await following().begun(false);
      const second = following();
      await second.begun(true);
      await second.failed(new Error('lost its hub'), new AbortController().signal);
      const third = following();
      await third.begun(true);
      await third.ended('ended', false);
      await following().begun(false);
    });
    expect(lost).toEqual([]);
    const runs = [...new Set(events.map((event) => event.run.runId))];
    expect(events.map(({ eventType, run: { runId } }) => `${runs.indexOf(runId)} ${eventType}`)).toEqual([
      '0 START',
      '0 ABORT',
      '1 START',
      '1 FAIL',
      '2 START',
      '2 COMPLETE',
      '3 START',
    ]);
    told.push(...events);
  });

  describeWithOpenLineage('as published', () => {
    test("OpenLineage's own client takes every event, to the last field", () => {
      expect(told.length).toBeGreaterThan(8);
      expect(refusedEvents(told)).toEqual([]);
    });
  });
});
