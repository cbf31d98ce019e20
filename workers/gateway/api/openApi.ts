/** What can be asked, as an OpenAPI document: from the schemas that questions are checked with. */
import { z } from 'zod';
import { refusalSchema } from '../../../graph/scoring/refusal';
import { jsonContent, responses, schemaOf, type Refusals } from '../../http/openApi';
import { FORM_TYPES, type ApiRoute } from './route';

const REFUSALS: Refusals = {
  400: 'The question is wrong; the answer says where',
  401: 'The gateway wants its token',
  403: 'A page of another site asks',
  404: 'What is asked for is not there',
  406: 'No form of the answer is accepted',
  409: 'It was changed by somebody else meanwhile',
  421: 'Another host is asked for',
  429: 'More requests than one address may make',
  503: 'Not now; try again in some seconds',
};

/** Of what is sent with a body. */
const SENDING: Refusals = { 413: 'The body is too large' };

export function openApi(routes: readonly ApiRoute[]): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Spymaster: sessions, episodes and what became of them',
      version: '1',
      description:
        'Questions about the lake. 64-bit integers are strings, times ns UTC unless their name says otherwise. Answers have an ETag: asked again with If-None-Match they cost nothing while the tables are the same.',
    },
    security: [{}, { token: [] }],
    paths: pathsOf(routes),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        ...Object.fromEntries(
          routes.map(({ operationId, answer }) => [nameOf(operationId), schemaOf(answer, 'output')]),
        ),
        Refusal: schemaOf(refusalSchema, 'output'),
      },
    },
  };
}

function pathsOf(routes: readonly ApiRoute[]): Record<string, object> {
  const paths: Record<string, object> = {};
  for (const route of routes) {
    const path = `/api${route.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return paths;
}

function operationOf(route: ApiRoute): object {
  const { operationId, summary, method, body } = route;
  return {
    operationId,
    summary,
    parameters: parametersOf(route),
    ...(Object.keys(body.shape).length > 0 && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    }),
    responses: {
      ...responses(summary, contentOf(route), method === 'GET' ? REFUSALS : { ...REFUSALS, ...SENDING }),
      ...(method === 'GET' && { 304: { description: 'It is the same as before' } }),
    },
  };
}

const nameOf = (operationId: string) => operationId[0].toUpperCase() + operationId.slice(1);

function contentOf({ operationId, forms }: ApiRoute): object {
  const others = forms.filter((form) => form !== 'json');
  return {
    ...jsonContent(nameOf(operationId)),
    ...Object.fromEntries(
      others.map((form) => {
        const type = FORM_TYPES[form].split(';')[0];
        return [type, { schema: { type: 'string', contentMediaType: type } }];
      }),
    ),
  };
}

function parametersOf({ params, query, forms }: ApiRoute): object[] {
  const format = z.strictObject({
    format: z.enum(forms).optional().describe('form of the answer, in the place of the header accept'),
  });
  return [
    ...ofObject(params, 'path'),
    ...ofObject(query, 'query'),
    ...(forms.length > 1 ? ofObject(format, 'query') : []),
  ];
}

function ofObject(object: z.ZodObject, place: 'path' | 'query'): object[] {
  const { properties = {}, required = [] } = z.toJSONSchema(object, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(typeof schema === 'object' && schema.description && { description: schema.description }),
    schema,
  }));
}
