import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { whyUnanswered } from '../../../workers/temporal/unanswered';
import { localCertificate } from '../../support/azure/certificate';

const failureOf = (connecting: Promise<{ close(): Promise<void> }>) =>
  connecting.then(
    async (connection) => {
      await connection.close();
      return undefined;
    },
    (error: unknown) => error,
  );

test.each(['UNAUTHENTICATED', 'PERMISSION_DENIED'] as const)(
  'a server that answers %s is there: its words are told, of either client',
  async (code) => {
    const bytes = (given: Buffer) => given;
    const server = new Server();
    server.addService(
      {
        getSystemInfo: {
          path: '/temporal.api.workflowservice.v1.WorkflowService/GetSystemInfo',
          requestStream: false,
          responseStream: false,
          requestSerialize: bytes,
          requestDeserialize: bytes,
          responseSerialize: bytes,
          responseDeserialize: bytes,
        },
      },
      {
        getSystemInfo: (_: unknown, answer: (error: object) => void) =>
          answer({ code: status[code], details: 'Key has expired.' }),
      },
    );
    const port = await new Promise<number>((resolve, reject) => {
      const credentials = ServerCredentials.createInsecure();
      server.bindAsync('127.0.0.1:0', credentials, (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    const options = { address: `127.0.0.1:${port}`, apiKey: 'k', tls: false };
    try {
      for (const failure of [
        await failureOf(NativeConnection.connect(options)),
        await failureOf(Connection.connect(options)),
      ])
        expect(await whyUnanswered(options, failure)).toMatchObject({
          code: 'AccessDenied',
          message: `The Temporal server at ${options.address} does not let this process in: Key has expired.`,
        });
    } finally {
      server.forceShutdown();
    }
  },
);

test('a server that speaks TLS alone is told of to whoever does not', async () => {
  const server = createServer(await localCertificate()).listen(0, '127.0.0.1');
  server.on('tlsClientError', () => {});
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const message = `What listens at ${address} speaks TLS, which the configuration does not ask for`;
  expect(await whyUnanswered({ address }, new Error('Failed to connect'))).toMatchObject({ message });
  server.close();
  await once(server, 'close');
});

test('where nothing listens, or elsewhere, it is asked whether that is the place', async () => {
  const { message } = await whyUnanswered({ address: 'temporal.invalid:7233', tls: true }, undefined);
  expect(message).toMatch(/^No Temporal server answers at temporal\.invalid:7233: is that where it is/);
});
