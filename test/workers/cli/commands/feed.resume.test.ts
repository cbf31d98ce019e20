/** A feed that was killed, started again: it goes on where the hub's packets end. */
import { EventHubProducerClient } from '@azure/event-hubs';
import { encodeRecord, type StoredRecord } from '../../../../graph/dbn';
import { encodePacket, type Packet } from '../../../../graph/feed/packet';
import { HUBS } from '../../../../infra/eventhubs/hubs';
import { partitionOfKey } from '../../../../infra/eventhubs/partitionKey';
import { packetSentWith } from '../../../../workers/feed/packetsOfEvents';
import { LiveGateway, recordsOf } from '../../../../workers/databento';
import type { MarketSource } from '../../../../workers/databento/gateway/source';
import { someMbo, someMetadata } from '../../../support/dbnFiles';
import { Collector, startPeer, type TestPeer } from '../../../support/eventHubs';
import { memorySource } from '../../../support/memorySource';
import { documentOf, spymasterWith, startSpymaster } from '../../../support/spymaster';
import { until } from '../../../support/until';

const SECOND = 1_000_000_000n;
const CONTRACTS = ['ESH4', 'ESM4'];
/** Three order messages a second at one time, every fifth of another contract. */
const MBO: StoredRecord<'mbo'>[] = someMbo(300).map((record, k) => ({
  ...record,
  instrumentId: k % 5 === 4 ? 2 : 1,
  tsRecv: someMbo(1)[0].tsRecv + BigInt(Math.floor(k / 3)) * SECOND,
  tsEvent: someMbo(1)[0].tsEvent + BigInt(Math.floor(k / 3)) * SECOND,
}));

/** A market of some of them, in blocks of 7, which comes to `stopAt` and no further until the gate is opened. */
function market(records: readonly StoredRecord[], stopAt = Infinity) {
  const symbols = CONTRACTS.map((symbol, i) => ({ instrumentId: i + 1, symbol, from: 0n, to: 2n ** 63n }));
  const whole = { ...memorySource(records, 7), symbols };
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const source: MarketSource = {
    ...whole,
    async *blocks(from, signal) {
      let sent = 0;
      for await (const block of whole.blocks(from, signal)) {
        if (sent >= stopAt) await gate;
        yield block;
        sent += block.count;
      }
    },
  };
  return { source, open: () => open() };
}

let hubs: TestPeer;
const open: LiveGateway[] = [];
beforeEach(async () => {
  hubs = await startPeer({ hubs: HUBS });
});
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
  await hubs.peer.stop();
  hubs.remove();
});

async function serve(source: MarketSource): Promise<string[]> {
  const gateway = await LiveGateway.listen(source, { port: 0, speed: Infinity });
  open.push(gateway);
  return ['feed', '--gateway', `127.0.0.1:${gateway.port}`, '--json'];
}

const environment = () => ({ EVENTHUB_CONNECTION_STRING: hubs.peer.connectionString, DATABENTO_API_KEY: '' });

/** Packets of each contract once `enough` holds of them. */
async function packets(enough: (of: readonly Packet[]) => boolean): Promise<Packet[][]> {
  const found = CONTRACTS.map((contract) => {
    const partition = String(partitionOfKey(contract, HUBS[0].partitions));
    return { contract, collector: new Collector(hubs.peer.connectionString, 'mbo_raw', partition) };
  });
  const arrived = () =>
    found.map(({ contract, collector }) =>
      collector.events.flatMap(packetSentWith).filter((one) => one.contract === contract),
    );
  await until(() => enough(arrived().flat()));
  await Promise.all(found.map(({ collector }) => collector.close()));
  return arrived();
}

/** A feed that is killed once the hub has so many records. @returns how many it has */
async function killedAfter(count: number, feed: readonly string[]): Promise<number> {
  const running = startSpymaster(environment(), ...feed);
  const arrived = await packets((of) => countIn(of) >= count);
  running.process.kill('SIGKILL');
  await running.finished;
  return countIn(arrived.flat());
}

/**
 * Sends records of the first contract as the run before had begun to.
 * @param sent how many the hub has of both
 * @param settled of all contracts, ns UTC
 */
async function sendAhead(
  records: readonly StoredRecord<'mbo'>[],
  sent: number,
  settled: bigint,
): Promise<void> {
  const [last] = (await packets((of) => countIn(of) >= sent))[0].slice(-1);
  const producer = new EventHubProducerClient(hubs.peer.connectionString, 'mbo_raw');
  const packet: Packet = {
    ...last,
    number: last.number + 1,
    settled,
    firstTsRecv: records[0].tsRecv,
    lastTsRecv: records.at(-1)!.tsRecv,
    count: records.length,
    records: Buffer.concat(records.map((record) => encodeRecord(record))),
  };
  const body = Buffer.from(encodePacket(packet));
  await producer.sendBatch([{ body }], { partitionKey: packet.contract });
  await producer.close();
}

const countIn = (of: readonly Packet[]) => of.reduce((sum, { count }) => sum + count, 0);

/** Sequence numbers of the records in packets, as they lie there. */
const sequences = (of: readonly Packet[]) =>
  of.flatMap(({ records: bytes }) =>
    Array.from(
      recordsOf({ kind: 'records', bytes, metadata: someMetadata() }),
      (view) => (view.decode() as StoredRecord<'mbo'>).sequence,
    ),
  );
const wanted = (of: readonly StoredRecord<'mbo'>[], contract: string) =>
  of.filter(({ instrumentId }) => CONTRACTS[instrumentId - 1] === contract).map(({ sequence }) => sequence);

test.each(['packets', 'json'])(
  'after kill -9 every record is in the hub once, and a third run has nothing to add: %s',
  async (format) => {
    const { source, open: goOn } = market(MBO, 154);
    const feed = [...(await serve(source)), '--format', format];
    await killedAfter(154, feed);
    goOn();
    const second = await spymasterWith(environment(), ...feed, '--once');
    expect(second).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Goes on behind 2023-12-25T00:00:') as string,
    });
    const arrived = await packets((of) => countIn(of) >= MBO.length);
    for (const [i, contract] of CONTRACTS.entries()) {
      expect(sequences(arrived[i])).toEqual(wanted(MBO, contract));
      expect(arrived[i].every(({ kind }) => kind === 'records')).toBe(true);
    }
    expect(documentOf(await spymasterWith(environment(), ...feed, '--once'))).toMatchObject({
      records: 0,
      gaps: 0,
    });
  },
);

test('what one partition had not got when the feed ended is sent, though another is further', async () => {
  const { source, open: goOn } = market(MBO, 63);
  const feed = await serve(source);
  const sent = await killedAfter(63, feed);
  // As if the hub had not taken more of ESM4 when it had taken this: both are settled up to the same time.
  const ofFirst = ({ instrumentId }: StoredRecord<'mbo'>) => instrumentId === 1;
  await sendAhead(MBO.slice(sent, 150).filter(ofFirst), sent, MBO[57].tsRecv);
  goOn();
  const { code, stderr } = await spymasterWith(environment(), ...feed, '--once');
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const arrived = await packets((of) => countIn(of) >= MBO.length);
  for (const [i, contract] of CONTRACTS.entries())
    expect(sequences(arrived[i])).toEqual(wanted(MBO, contract));
});

test('what the gateway no longer has is a gap, told to every contract', async () => {
  await spymasterWith(environment(), ...(await serve(market(MBO.slice(0, 60)).source)), '--once');
  const { code } = await spymasterWith(
    environment(),
    ...(await serve(market(MBO.slice(150)).source)),
    '--once',
  );
  expect(code).toBe(0);
  const arrived = await packets((of) => countIn(of) >= 210);
  for (const of of arrived) {
    const at = of.findIndex(({ kind }) => kind === 'gap');
    expect(of[at]).toMatchObject({
      reason: 'no_overlap',
      firstTsRecv: MBO[59].tsRecv,
      lastTsRecv: MBO[150].tsRecv,
    });
    expect(of[at + 1].firstTsRecv).toBeGreaterThanOrEqual(MBO[150].tsRecv);
  }
});

test('feed and gateway started again, the market goes on where the hub ends', async () => {
  await spymasterWith(environment(), ...(await serve(market(MBO.slice(0, 150)).source)), '--once');
  const again = await spymasterWith(environment(), ...(await serve(market(MBO).source)), '--once');
  expect(again).toMatchObject({ stderr: expect.stringContaining('Goes on behind') as string });
  expect(documentOf(again)).toMatchObject({ records: 150, gaps: 0 });
});

test('a market that is earlier than what the hub holds is not taken for its continuation, but with --start', async () => {
  await spymasterWith(environment(), ...(await serve(market(MBO.slice(150)).source)), '--once');
  const feed = await serve(market(MBO.slice(0, 60)).source);
  expect(await spymasterWith(environment(), ...feed, '--once')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('the gateway is at 2023-12-25T00:00:00') as string,
  });
  const again = await spymasterWith(environment(), ...feed, '--once', '--start', '2023-12-24T00:00:00Z');
  expect(documentOf(again)).toMatchObject({ records: 60 });
});
