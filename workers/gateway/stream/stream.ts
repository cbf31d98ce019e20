/** `GET /stream`: the WebSocket of screens. */
import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import type { GatewayPart } from '../server';
import { GatewayMetrics } from '../gatewayMetrics';
import { SIGNED_OUT } from '../../../graph/screen/messages';
import { ScreenSocket, type ScreenSources } from './screenSocket';

/** What Node's timers take. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** @param onFault told of what is not a screen's fault */
export const stream =
  (sources: ScreenSources, onFault: (error: unknown) => void, metrics = new GatewayMetrics()): GatewayPart =>
  (app: FastifyInstance) => {
    app.get('/stream', { websocket: true }, (socket, { admittedUntil }) => {
      if (admittedUntil !== null) closeAt(socket, admittedUntil);
      void new ScreenSocket(socket, sources, onFault, metrics);
    });
  };

/** Whoever is let in for a time is not let in for longer by a stream that goes on. @param until s since 1970 */
function closeAt(socket: WebSocket, until: number): void {
  const left = Math.min(until * 1000 - Date.now(), LONGEST_TIMER_MS);
  const timer = setTimeout(() => socket.close(SIGNED_OUT, 'sign in again'), left);
  socket.on('close', () => clearTimeout(timer));
}
