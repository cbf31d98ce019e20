/** Whether anything listens where Temporal should be. The client itself goes on trying for seconds where nothing does. */
import { connect } from 'node:net';
import { LOOPBACK, unreachable } from './connection';

/** A machine that does not answer at all is left to the client, which has its own time. */
const LIMIT_MS = 1_000;
const PROXIES = ['grpc_proxy', 'https_proxy', 'http_proxy'];

/**
 * Returns at once where something listens, or where that cannot be told.
 * @throws SpymasterError StoreUnavailable when the connection is refused, or there is no such host
 */
export async function requireListening(address = ''): Promise<void> {
  const proxied = PROXIES.some((name) => process.env[name]) && !LOOPBACK.test(address);
  const [, host, port] = /^(?:\[([^\]]+)\]|[^:/]+):(\d+)$/.exec(address) ?? [];
  if (proxied || port === undefined) return;
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host: host ?? address.slice(0, address.lastIndexOf(':')), port: Number(port) });
    const leave = () => {
      socket.destroy();
      resolve();
    };
    socket.setTimeout(LIMIT_MS, leave).once('connect', leave);
    socket.once('error', (error) => reject(unreachable(address, error)));
  });
}
