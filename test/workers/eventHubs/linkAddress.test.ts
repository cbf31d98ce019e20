import { RequestResponseLink } from '@azure/core-amqp';
import { Connection } from 'rhea-promise';
import '../../../workers/eventHubs/linkAddress';
import { startPeer, type TestPeer } from '../../support/eventHubs';
import { until } from '../../support/until';

/** It is over when the test says so. */
const TIMEOUT_MS = 3_599_000;

let hubs: TestPeer;
let connection: Connection;
beforeEach(async () => {
  hubs = await startPeer();
  const [host, port] = hubs.peer.address.split(':');
  connection = new Connection({
    host,
    port: Number(port),
    username: 'test',
    reconnect: false,
  });
  await connection.open();
});
afterEach(async () => {
  hubs.remove();
});

test.each(['$management', '$cbs'])(
  'a request to %s that is never answered fails as timed out, also where its connection was lost and opened anew meanwhile',
  async (address) => {
    const link = await RequestResponseLink.create(
      connection,
      { target: { address } },
      { source: { address }, name: 'answers', target: { address: 'answers' } },
    );
    hubs.peer.faults.stall(3_600_000);
    const held = jest.spyOn(hubs.peer.faults, 'afterStall');
    const request = { body: '', reply_to: 'answers', application_properties: { operation: 'READ' } };
    const timers = jest.spyOn(global, 'setTimeout');
    const asked = link.sendRequest(request, { timeoutInMs: TIMEOUT_MS });
    const which = timers.mock.calls.findIndex(([, ms]) => ms === TIMEOUT_MS);
    const [timeOut] = timers.mock.calls[which];
    clearTimeout(timers.mock.results[which].value as NodeJS.Timeout);
    timers.mockRestore();
    await until(() => held.mock.calls.length > 0);
    const lost = new Promise((resolve) => connection.once('disconnected', resolve));
    await hubs.peer.stop();
    await lost;
    connection.open().catch(() => {});
    expect(link.receiver.source).toBeUndefined();
    timeOut();
    await expect(asked).rejects.toMatchObject({ code: 'OperationTimeoutError' });
  },
);
