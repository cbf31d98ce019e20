/** `/metrics` of a process, for Prometheus. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { SpymasterError } from '../../graph/errors';

export interface EndpointPlace {
  /** One of this machine alone, unless others are to ask. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Whether it must be this one; otherwise one further on is taken where it is not free. */
  readonly exact: boolean;
}

/** Metrics of something that keeps them itself, as text in Prometheus's format. */
export type OtherMetrics = () => Promise<string>;

/** From one port that is tried to the next: as far as no process of another kind begins. */
const STEP = 10;
const TRIED = 100;
const MOST_PORT = 65_535;

export class MetricsEndpoint {
  private constructor(private readonly server: Server) {}

  /** @throws SpymasterError StoreUnavailable where nothing can listen */
  static async open(
    registry: Registry,
    { host, port, exact }: EndpointPlace,
    others: readonly OtherMetrics[] = [],
  ): Promise<MetricsEndpoint> {
    const server = createServer((request, response) => void answer(request, response, registry, others));
    const ports = exact || port === 0 ? [port] : following(port);
    for (const candidate of ports)
      try {
        server.listen(candidate, host);
        await once(server, 'listening');
        // Who is asked is not kept running by that.
        server.unref();
        return new MetricsEndpoint(server);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE' && candidate !== ports.at(-1)) continue;
        throw new SpymasterError(
          'StoreUnavailable',
          `Metrics cannot be served at ${host}:${candidate}: ${(error as Error).message}`,
          { field: 'metrics.port' },
          { cause: error },
        );
      }
    throw new SpymasterError('StoreUnavailable', `Metrics cannot be served from ${host}:${port} on`, {
      field: 'metrics.port',
    });
  }

  get url(): string {
    const { address, port, family } = this.server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/metrics`;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

const following = (port: number): number[] =>
  Array.from({ length: TRIED }, (_, k) => port + k * STEP).filter((one) => one <= MOST_PORT);

async function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  registry: Registry,
  others: readonly OtherMetrics[],
): Promise<void> {
  if (!['GET', 'HEAD'].includes(method ?? '') || url?.split('?')[0] !== '/metrics') {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('GET /metrics is what there is\n');
    return;
  }
  try {
    const texts = await Promise.all([registry.metrics(), ...others.map((other) => textOf(other))]);
    response.writeHead(200, { 'content-type': registry.contentType }).end(texts.join('\n'));
  } catch (error) {
    response.writeHead(500, { 'content-type': 'text/plain' }).end(`${String(error)}\n`);
  }
}

/** What others keep may be missing; what is here is told all the same. */
const textOf = (other: OtherMetrics): Promise<string> =>
  other().catch((error: unknown) => `# not to be had: ${String(error).split('\n')[0]}\n`);
