/**
 * The scorer over HTTP, in the form Azure Machine Learning's endpoints have: `POST /score` with a row, or with many as `input_data`.
 * Beside it are what an orchestrator asks (`/healthz`, `/readyz`) and Prometheus (`/metrics`).
 */
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Scorer } from '../../activities/models/scorer';
import { parseRequest, type RequestProblem } from '../../graph/scoring/request';
import { ScoreMetrics } from './metrics';

export interface ScoreServerOptions {
  /** Requests a second of one address. */
  rate: number;
  /** Bytes of a request's body. */
  bodyLimit: number;
  /** Told of what goes wrong within. */
  onFault: (error: unknown) => void;
}

/** Answers to wrong requests. */
interface Refusal {
  error: { code: string; message: string; field?: string; problems?: RequestProblem[] };
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
          refusal('NotFound', `there is no ${request.method} ${request.url}: POST /score is what there is`),
        );
    });
    app.setErrorHandler((error: FastifyError, _, reply) => this.fail(error, reply));
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

  private fail(error: FastifyError, reply: FastifyReply): void {
    const status = error.statusCode ?? 500;
    if (status >= 500) {
      this.options.onFault(error);
      void reply.code(500).send(refusal('Unexpected', 'the forecast failed; the server says why in its log'));
      return;
    }
    void reply
      .code(status)
      .send(refusal(CODES[status] ?? 'BadRequest', wordsOf(status, error, this.options)));
  }
}

const CODES: Readonly<Record<number, string>> = {
  413: 'BodyTooLarge',
  415: 'UnsupportedMediaType',
  429: 'TooManyRequests',
};

function wordsOf(status: number, error: Error, { bodyLimit, rate }: ScoreServerOptions): string {
  if (status === 413) return `the body is larger than ${bodyLimit} bytes: send fewer rows at a time`;
  if (status === 415) return 'the body must be JSON: content-type application/json';
  if (status === 429) return `more than ${rate} requests a second came from this address`;
  return `the body is no JSON: ${error.message}`;
}

const refusal = (code: string, message: string): Refusal => ({ error: { code, message } });

/** Names the first wrong field, and the others behind it. */
function badRequest(problems: readonly RequestProblem[]): Refusal {
  const [{ field, message }] = problems;
  return {
    error: { code: 'BadRequest', message: `${field}: ${message}`, field, problems: problems.slice(0, 10) },
  };
}
