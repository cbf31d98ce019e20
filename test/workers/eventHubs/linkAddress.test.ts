import { RequestResponseLink } from '@azure/core-amqp';
import { Connection } from 'rhea-promise';
import '../../../workers/eventHubs/linkAddress';
import { startPeer, type TestPeer } from '../../support/eventHubs';
import { until } from '../../support/until';

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
    operationTimeoutInSeconds: 1,
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
    const asked = link.sendRequest(request, { timeoutInMs: 500 });
    await until(() => held.mock.calls.length > 0);
    const lost = new Promise((resolve) => connection.once('disconnected', resolve));
    await hubs.peer.stop();
    await lost;
    connection.open().catch(() => {});
    expect(link.receiver.source).toBeUndefined();
    await expect(asked).rejects.toMatchObject({ code: 'OperationTimeoutError' });
  },
);
