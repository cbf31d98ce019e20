/** A question about the lake that can be asked over HTTP, with what it may be asked with and what is answered, as schemas. */
import { z } from 'zod';
import type { PrecedentsThread } from '../../../activities/precedents/precedentsThread';
import type { ReportsThread } from '../../../activities/reports/reportsThread';
import type { StageSettings } from '../../../activities/stages/stages';
import type { TableContract } from '../../../graph/datasets/schema';
import type { Lake } from '../../../lake/lake';
import type { AlertDesk } from '../alerts/alertDesk';
import type { Processes } from '../processes';
import type { HeldGrid } from './heldGrid';

/** What questions are answered from. */
export interface ApiContext {
  readonly lake: Lake;
  readonly settings: StageSettings;
  readonly grid: Pick<HeldGrid, 'rows'>;
  readonly precedents: Pick<PrecedentsThread, 'ask'>;
  readonly processes: Pick<Processes, 'now'>;
  readonly desk: Pick<AlertDesk, 'alerts' | 'webhooks'>;
  readonly reports: Pick<ReportsThread, 'quality'>;
}

export const FORM_TYPES = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  arrow: 'application/vnd.apache.arrow.stream',
} as const;
export type Form = keyof typeof FORM_TYPES;

/** An answer that is no JSON document yet to be written, or is written already. */
export interface WrittenAnswer {
  readonly bytes: Uint8Array | string;
  /** Cursor of what follows, told in the header `link`. */
  readonly next?: string | null;
}

export interface Asked<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly form: Form;
}

/** `POST` changes something: who may do so is whoever may ask at all. */
export type Method = 'GET' | 'POST';

export interface ApiRoute {
  readonly method: Method;
  /** Below `/api`, such as `/sessions/:contract/:date`. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Of what is sent with it, as JSON. */
  readonly body: z.ZodObject;
  /** Of the answer as JSON. */
  readonly answer: z.ZodType;
  /** JSON among them. */
  readonly forms: readonly Form[];
  /** Tables whose versions tell whether an answer is still the same; null where that cannot be told. */
  readonly reads: readonly TableContract[] | null;
  answerTo(context: ApiContext, asked: Asked<never, never, never>): Promise<unknown>;
}

interface Declared<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodObject,
  Answer extends z.ZodType,
> {
  method?: Method;
  path: string;
  operationId: string;
  summary: string;
  params?: Params;
  query?: Query;
  body?: Body;
  answer: Answer;
  forms?: readonly Form[];
  reads: readonly TableContract[] | null;
  /** @throws SpymasterError NoInput for what is not there; BadArgument for what cannot be */
  answerTo(
    context: ApiContext,
    asked: Asked<z.output<Params>, z.output<Query>, z.output<Body>>,
  ): Promise<unknown>;
}

const NOTHING = z.strictObject({});

/** A route as the server takes it; parameters that are not declared are refused. */
export const route = <
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodObject = z.ZodObject,
  Answer extends z.ZodType = z.ZodType,
>({
  method = 'GET',
  params = NOTHING as never,
  query = NOTHING as never,
  body = NOTHING as never,
  forms = ['json'],
  ...rest
}: Declared<Params, Query, Body, Answer>): ApiRoute =>
  ({ method, params, query, body, forms, ...rest }) as ApiRoute;
