/** `GET /stream`: the WebSocket of screens. */
import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { ScreenSocket, type ScreenSources } from './screenSocket';

/** A request of a screen is a line of JSON. */
const MOST_BYTES = 4096;

/** @param onFault told of what is not a screen's fault */
export async function addStream(
  app: FastifyInstance,
  sources: ScreenSources,
  onFault: (error: unknown) => void,
): Promise<void> {
  await app.register(websocket, { options: { maxPayload: MOST_BYTES, perMessageDeflate: false } });
  await app.register((routes, _, done) => {
    routes.get('/stream', { websocket: true }, (socket) => {
      void new ScreenSocket(socket, sources, onFault);
    });
    done();
  });
}
