/** `/api`: questions about the lake, each checked by its schemas, and the description of all of them. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SpymasterError } from '../../../graph/errors';
import { MISSING_IN_WORDS, problemsOf, type RequestProblem } from '../../../graph/requestProblems';
import { badRequest, refusal } from '../../../graph/scoring/refusal';
import { streamSchema } from '../../../graph/screen/messages';
import { acceptedForm } from '../../http/accept';
import { jsonText } from './json';
import { openApi } from './openApi';
import { FORM_TYPES, type ApiContext, type ApiRoute, type Form, type WrittenAnswer } from './route';
import { ROUTES } from './routes';
import { entityTag, isHeld } from './validity';

export function addApi(app: FastifyInstance, context: ApiContext): void {
  for (const route of ROUTES)
    app.route({
      method: route.method,
      url: `/api${route.path}`,
      handler: (request, reply) => answer(route, context, request, reply),
    });
  const [document, stream] = [openApi(ROUTES), streamSchema()];
  app.get('/api/openapi.json', (_, reply) => reply.send(document));
  app.get('/api/stream-schema.json', (_, reply) => reply.send(stream));
}

async function answer(
  route: ApiRoute,
  context: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { format, ...query } = request.query as Record<string, unknown>;
  const form = formOf(route, format, request.headers.accept);
  if (!form) return notAcceptable(route, format, reply);
  const asked = {
    params: route.params.safeParse(request.params, MISSING_IN_WORDS),
    query: route.query.safeParse(query, MISSING_IN_WORDS),
    body: route.body.safeParse(request.body ?? {}, MISSING_IN_WORDS),
  };
  const problems = Object.entries(asked).flatMap(([part, { error }]): RequestProblem[] =>
    (error ? problemsOf(error) : []).map(({ field, message }) => ({
      field: field === '(body)' ? `(${part})` : field,
      message,
    })),
  );
  if (problems.length > 0) return reply.code(400).send(badRequest(problems));
  reply.header('vary', 'accept').header('cache-control', 'private, no-cache');
  if (route.reads) {
    const tag = await entityTag(context.lake, route.reads, [request.url, form]);
    reply.header('etag', tag);
    if (isHeld(tag, request.headers['if-none-match'])) return reply.code(304).send();
  }
  const given = await route
    .answerTo(context, {
      params: asked.params.data,
      query: asked.query.data,
      body: asked.body.data,
      form,
    } as never)
    .catch((error: unknown) => {
      throw missingWhereNamed(route, error);
    });
  const { bytes, next } = isWritten(given) ? given : { bytes: jsonText(given) };
  if (next) reply.header('link', `<${addressOfNext(request.url, next)}>; rel="next"`);
  return reply.type(FORM_TYPES[form]).send(typeof bytes === 'string' ? bytes : Buffer.from(bytes));
}

/** The form of an answer: what `?format=` says, or else the header `accept`. */
function formOf({ forms }: ApiRoute, format: unknown, accept: string | undefined): Form | undefined {
  if (format !== undefined) return forms.find((form) => form === format);
  const types = Object.fromEntries(forms.map((form) => [form, FORM_TYPES[form]])) as Record<Form, string>;
  return acceptedForm(accept, types);
}

function notAcceptable({ forms }: ApiRoute, format: unknown, reply: FastifyReply): FastifyReply {
  if (format !== undefined)
    return reply.code(400).send(badRequest([{ field: 'format', message: `must be ${forms.join(' or ')}` }]));
  const types = forms.map((form) => FORM_TYPES[form].split(';')[0]);
  return reply
    .code(406)
    .send(refusal('NotAcceptable', `answers are ${types.join(' or ')}`, { field: 'accept' }));
}

/** What the path names and is not there is missing, where elsewhere it would be a wrong argument. */
function missingWhereNamed({ params }: ApiRoute, error: unknown): unknown {
  if (!(error instanceof SpymasterError) || error.code !== 'BadArgument') return error;
  const { field } = error.details;
  const inPath = field !== undefined && field in params.shape;
  return inPath ? new SpymasterError('NoInput', error.message, error.details, { cause: error }) : error;
}

const isWritten = (answer: unknown): answer is WrittenAnswer =>
  typeof answer === 'object' && answer !== null && 'bytes' in answer;

function addressOfNext(url: string, cursor: string): string {
  const [path, query = ''] = url.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `${path}?${parameters.toString()}`;
}
