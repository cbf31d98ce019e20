import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { requireListening } from '../../../workers/temporal/listening';

test('a refused connection is told at once, with what to do', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(requireListening(`127.0.0.1:${port}`)).resolves.toBeUndefined();
  server.close();
  await once(server, 'close');
  for (const address of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
    await expect(requireListening(address)).rejects.toMatchObject({
      code: 'StoreUnavailable',
      message: expect.stringMatching(/No Temporal server answers at .*: start one with/),
    });
});

test('an address it cannot take apart, or behind a proxy, is left to the client', async () => {
  await expect(requireListening('dns:///temporal.example:7233')).resolves.toBeUndefined();
  await expect(requireListening(undefined)).resolves.toBeUndefined();
  process.env.grpc_proxy = 'http://127.0.0.1:3128';
  try {
    await expect(requireListening('nowhere.invalid:7233')).resolves.toBeUndefined();
  } finally {
    delete process.env.grpc_proxy;
  }
  await expect(requireListening('nowhere.invalid:7233')).rejects.toMatchObject({ code: 'StoreUnavailable' });
});
