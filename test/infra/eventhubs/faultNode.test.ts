import { EventHubProducerClient } from '@azure/event-hubs';
import { requestFault } from '../../../infra/eventhubs/faultNode';
import { TEST_HUB, startPeer } from '../../support/eventHubs';

test('a peer that runs is told to fail, also while it stalls, and only by who has its key', async () => {
  const { peer, remove } = await startPeer();
  const { connectionString } = peer;
  const producer = new EventHubProducerClient(peer.connectionString, TEST_HUB, {
    retryOptions: { maxRetries: 0 },
  });
  const send = () => producer.sendBatch([{ body: 'x' }], { partitionId: '0' });
  try {
    await send();
    await requestFault(connectionString, { fault: 'busy', amount: 1 });
    await expect(send()).rejects.toMatchObject({ code: 'ServerBusyError' });
    await send();

    await requestFault(connectionString, { fault: 'stall', amount: 3_600_000 });
    const during = send();
    await requestFault(connectionString, { fault: 'resume' });
    await during;

    const stranger = peer.connectionString.replace(/SharedAccessKey=[^;]*/, 'SharedAccessKey=eA==');
    await expect(requestFault(stranger, { fault: 'cut' })).rejects.toMatchObject({
      code: 'StoreUnavailable',
      message: expect.stringContaining('InvalidSignature') as string,
    });
    await expect(
      requestFault('Endpoint=sb://x.servicebus.windows.net', { fault: 'cut' }),
    ).rejects.toMatchObject({
      code: 'BadArgument',
    });
  } finally {
    await producer.close();
    await peer.stop();
    remove();
  }
  await expect(requestFault(connectionString, { fault: 'cut' })).rejects.toMatchObject({
    code: 'StoreUnavailable',
  });
});
