/** `GET /stream`: the WebSocket of screens. */
import type { FastifyInstance } from 'fastify';
import type { GatewayPart } from '../server';
import { GatewayMetrics } from '../gatewayMetrics';
import { ScreenSocket, type ScreenSources } from './screenSocket';

/** @param onFault told of what is not a screen's fault */
export const stream =
  (sources: ScreenSources, onFault: (error: unknown) => void, metrics = new GatewayMetrics()): GatewayPart =>
  (app: FastifyInstance) => {
    app.get('/stream', { websocket: true }, (socket) => {
      void new ScreenSocket(socket, sources, onFault, metrics);
    });
  };
