/** A proxy that leads connections to hosts of Azure to servers of a test, so that clients use the addresses they would use there. */
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export class AzureProxy {
  /** What has been led somewhere is no connection of the server's any more. */
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => this.sockets.add(socket));
  }

  /** @param ports of this machine by host */
  static async start(ports: Readonly<Record<string, number>>): Promise<AzureProxy> {
    const server = createServer();
    const proxy = new AzureProxy(server);
    server.on('connect', ({ url = '' }, client, head) => {
      const port = ports[url.split(':')[0]];
      if (port === undefined) return client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      const upstream = connect(port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        upstream.write(head);
        upstream.pipe(client).pipe(upstream);
      });
      // Either side may be gone when the other is.
      for (const socket of [upstream, client])
        socket.on('error', () => [upstream, client].map((one) => one.destroy()));
      return undefined;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** By which clients of Azure's SDKs go through it. */
  get variables(): Record<string, string> {
    return {
      HTTPS_PROXY: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`,
      NO_PROXY: '127.0.0.1',
    };
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
