/** What can be asked over HTTP and what is answered, as an OpenAPI document: from the schemas that requests are checked with. */
import { z } from 'zod';
import { precedentsAnswer } from '../../graph/precedents/answer';
import { precedentsQuestion } from '../../graph/precedents/request';
import { forecastSchema } from '../../graph/scoring/forecast';
import { refusalSchema } from '../../graph/scoring/refusal';
import { scoreRequest } from '../../graph/scoring/request';
import { jsonContent, responses, schemaOf, type Refusals } from '../http/openApi';
import { ARROW_STREAM } from './precedentsRoute';

const scoreAnswer = z.union([forecastSchema, z.strictObject({ predictions: z.array(forecastSchema) })]);

/** The part of an operation that tells how it is refused. */
const REFUSALS: Refusals = {
  400: 'The request is wrong; the answer says where',
  413: 'The body is too large',
  415: 'The body is not sent as JSON',
  429: 'More requests than one address may make',
};

export function openApi({ precedents }: { precedents: boolean }): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Spymaster',
      version: '1',
      description:
        'Forecasts of BREAK, REJECT and CHOP for a touch of a price level, and the precedents of one. 64-bit integers are strings.',
    },
    paths: {
      '/score': {
        post: operation(
          'score',
          'A forecast of a row, or of each of many',
          'ScoreRequest',
          jsonContent('ScoreAnswer'),
        ),
      },
      ...(precedents && {
        '/precedents': {
          post: operation(
            'precedents',
            'How the most similar earlier touches ended, or why that tells nothing',
            'PrecedentsQuestion',
            {
              ...jsonContent('PrecedentsAnswer'),
              [ARROW_STREAM]: {
                schema: {
                  type: 'string',
                  contentMediaType: ARROW_STREAM,
                  description:
                    'The paths of the precedents, a row a precedent and bar; the answer is in the metadata of the schema, as spymaster.precedents',
                },
              },
            },
            {
              404: 'The touch has no vector, or nothing is fitted for its session',
              406: 'No form of the answer is accepted',
              503: 'Too many questions are waiting',
            },
          ),
        },
      }),
    },
    components: {
      schemas: {
        ScoreRequest: schemaOf(scoreRequest, 'input'),
        ScoreAnswer: schemaOf(scoreAnswer, 'output'),
        ...(precedents && {
          PrecedentsQuestion: schemaOf(precedentsQuestion, 'input'),
          PrecedentsAnswer: schemaOf(precedentsAnswer, 'output'),
        }),
        Refusal: schemaOf(refusalSchema, 'output'),
      },
    },
  };
}

function operation(
  operationId: string,
  summary: string,
  request: string,
  answer: object,
  refusals: Refusals = {},
): object {
  return {
    operationId,
    summary,
    requestBody: { required: true, content: jsonContent(request) },
    responses: responses(summary, answer, { ...REFUSALS, ...refusals }),
  };
}
