/** `POST /precedents`: what `spymaster precedents --json` answers, or the paths of the precedents as an Arrow IPC stream. */
import type { FastifyInstance } from 'fastify';
import type { AnswerForm, PrecedentsThread } from '../../activities/precedents/precedentsThread';
import { parseQuestion } from '../../graph/precedents/request';
import { badRequest, refusal } from '../../graph/scoring/refusal';
import { acceptedForm } from '../http/accept';
import type { ScoreMetrics } from './metrics';

export type PrecedentsSource = Pick<PrecedentsThread, 'ask'>;

export const ARROW_STREAM = 'application/vnd.apache.arrow.stream';

const TYPES: Readonly<Record<AnswerForm, string>> = {
  json: 'application/json; charset=utf-8',
  arrow: ARROW_STREAM,
};

/** Questions of one address in a second: each costs as much as hundreds of forecasts. */
const RATE = 50;
const BODY_BYTES = 16 * 1024;

export function addPrecedents(app: FastifyInstance, source: PrecedentsSource, metrics: ScoreMetrics): void {
  app.post(
    '/precedents',
    {
      bodyLimit: BODY_BYTES,
      config: { rateLimit: { max: RATE } },
      onResponse: (_, reply, done) => {
        metrics.answeredPrecedents(reply.statusCode, reply.elapsedTime / 1000);
        done();
      },
    },
    async (request, reply) => {
      const form = acceptedForm(request.headers.accept, TYPES);
      if (!form)
        return reply
          .code(406)
          .send(
            refusal('NotAcceptable', `answers are application/json or ${ARROW_STREAM}`, { field: 'accept' }),
          );
      const question = parseQuestion(request.body);
      if ('problems' in question) return reply.code(400).send(badRequest(question.problems));
      const answer = await source.ask(question, form);
      return reply.type(TYPES[form]).send(Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength));
    },
  );
}
