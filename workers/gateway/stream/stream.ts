/** `GET /stream`: the WebSocket of screens. */
import type { FastifyInstance } from 'fastify';
import type { GatewayPart } from '../server';
import { ScreenSocket, type ScreenSources } from './screenSocket';

/** @param onFault told of what is not a screen's fault */
export const stream =
  (sources: ScreenSources, onFault: (error: unknown) => void): GatewayPart =>
  (app: FastifyInstance) => {
    app.get('/stream', { websocket: true }, (socket) => {
      void new ScreenSocket(socket, sources, onFault);
    });
  };
