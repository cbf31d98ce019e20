/**
 * The scorer over HTTP, in the form Azure Machine Learning's endpoints have: `POST /score` with a row, or with many as `input_data`.
 * Beside it are precedents (`POST /precedents`), what all that is asked and answered looks like (`/openapi.json`), and what an orchestrator
 * asks (`/healthz`, `/readyz`) and Prometheus (`/metrics`).
 */
import rateLimit from '@fastify/rate-limit';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Scorer } from '../../activities/models/scorer';
import type { SpymasterError } from '../../graph/errors';
import { badRequest, refusal } from '../../graph/scoring/refusal';
import { parseRequest } from '../../graph/scoring/request';
import { refusalOf } from '../http/failures';
import { ScoreMetrics } from './metrics';
import { openApi } from './openApi';
import { addPrecedents, type PrecedentsSource } from './precedentsRoute';

export interface ScoreServerOptions {
  /** Requests a second of one address. */
  rate: number;
  /** Bytes of a request's body. */
  bodyLimit: number;
  /** Told of what goes wrong within. */
  onFault: (error: unknown) => void;
  /** Answers `POST /precedents`; without, there is none. */
  precedents?: PrecedentsSource;
}

/** Sockets that send nothing do not stay. */
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 72_000;

export class ScoreServer {
  readonly metrics = new ScoreMetrics();
  private readonly app: FastifyInstance;
  private draining = false;

  constructor(
    private readonly scorer: Scorer,
    private readonly options: ScoreServerOptions,
  ) {
    this.app = fastify({
      bodyLimit: options.bodyLimit,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // What has been sent before the end is answered.
      return503OnClosing: false,
      forceCloseConnections: 'idle',
    });
    this.reportModel();
  }

  /** @returns the address, such as `http://127.0.0.1:5001` */
  async listen(host: string, port: number): Promise<string> {
    await this.app.register(rateLimit, {
      global: false,
      max: this.options.rate,
      timeWindow: 1000,
      errorResponseBuilder: (_, { max }) =>
        Object.assign(new Error(`more than ${max} requests a second`), { statusCode: 429 }),
    });
    this.addRoutes();
    return this.app.listen({ host, port });
  }

  /** To be called when the scorer may serve another model. */
  reportModel(): void {
    this.metrics.serves(this.scorer.product, this.scorer.model, this.scorer.edge.shown);
  }

  /** Takes no more connections, and resolves when all that was asked is answered. */
  async drain(): Promise<void> {
    this.draining = true;
    await this.app.close();
  }

  private addRoutes(): void {
    const { app } = this;
    app.setNotFoundHandler((request, reply) => {
      void reply
        .code(404)
        .send(
          refusal(
            'NotFound',
            `there is no ${request.method} ${request.url}: POST /score is what there is, and what GET /openapi.json tells of`,
          ),
        );
    });
    app.setErrorHandler((error: FastifyError, request, reply) => this.fail(error, request, reply));
    // Of Azure's own servers: what its probes and `az ml` ask.
    app.get('/', (_, reply) => reply.send('Healthy'));
    app.get('/healthz', (_, reply) => reply.send({ status: 'alive' }));
    app.get('/readyz', (_, reply) =>
      this.draining
        ? reply.code(503).send({ status: 'draining' })
        : reply.send({ status: 'ready', model: this.scorer.model, edge: this.scorer.edge }),
    );
    app.get('/metrics', async (_, reply) =>
      reply.type(this.metrics.registry.contentType).send(await this.metrics.registry.metrics()),
    );
    const { precedents } = this.options;
    if (precedents) addPrecedents(app, precedents, this.metrics);
    const document = openApi({ precedents: precedents !== undefined });
    app.get('/openapi.json', (_, reply) => reply.send(document));
    app.post(
      '/score',
      {
        config: { rateLimit: {} },
        onResponse: (_, reply, done) => {
          this.metrics.answered(reply.statusCode, reply.elapsedTime / 1000);
          done();
        },
      },
      async (request, reply) => {
        const id = request.headers['x-ms-client-request-id'] ?? request.headers['x-request-id'] ?? request.id;
        reply.header('x-ms-client-request-id', id);
        if (this.draining) reply.header('connection', 'close');
        return this.score(request.body, reply);
      },
    );
  }

  private async score(body: unknown, reply: FastifyReply): Promise<unknown> {
    const parsed = parseRequest(body);
    if ('problems' in parsed) return reply.code(400).send(badRequest(parsed.problems));
    const { rows, batch } = parsed;
    const problems = this.scorer.problemsOf(rows);
    if (problems.length > 0)
      return reply.code(400).send(
        badRequest(
          problems.map(({ row, problem: { field, message } }) => ({
            field: batch ? `input_data.${row}.${field}` : field,
            message,
          })),
        ),
      );
    const forecasts = await this.scorer.score(rows);
    this.metrics.forecast(rows.length, forecasts[0].basis);
    return batch ? { predictions: forecasts } : forecasts[0];
  }

  private fail(error: FastifyError | SpymasterError, request: FastifyRequest, reply: FastifyReply): void {
    const refused = refusalOf(error, request.routeOptions.bodyLimit);
    if (refused) {
      if (refused.status === 503) reply.header('retry-after', '5');
      void reply.code(refused.status).send(refused.body);
      return;
    }
    this.options.onFault(error);
    void reply.code(500).send(refusal('Unexpected', 'the answer failed; the server says why in its log'));
  }
}
