/**
 * The metrics of Temporal's SDK. Its native part serves them itself, at an address that it is told when the runtime is installed and that
 * nobody else needs to know: they are read from there when those of the process are asked for.
 */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { TelemetryOptions } from '@temporalio/worker';
import type { OtherMetrics } from '../observing/endpoint';

const HOST = '127.0.0.1';

export interface SdkMetrics {
  /** For `installRuntime`. */
  readonly telemetry: Pick<TelemetryOptions, 'metrics'>;
  readonly read: OtherMetrics;
}

export async function sdkMetrics(): Promise<SdkMetrics> {
  const bindAddress = `${HOST}:${await freePort()}`;
  return {
    telemetry: {
      metrics: {
        prometheus: {
          bindAddress,
          countersTotalSuffix: true,
          unitSuffix: true,
          useSecondsForDurations: true,
        },
      },
    },
    read: async () => (await fetch(`http://${bindAddress}/metrics`)).text(),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
