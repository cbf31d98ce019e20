/** What questions and answers of the gateway are made of. Times are ns UTC as text, since they do not fit a double. */
import { z } from 'zod';
import type { ColumnContract, ColumnType, TableContract } from '../datasets/schema';
import { INSTANT_IN_WORDS, isInstant, parseInstant } from '../market/instant';
import { DATA_KINDS } from '../sim/dataset';

export const instant = z
  .string()
  .regex(/^-?\d+$/)
  .describe('ns UTC');

/** A time in a question. */
export const moment = z
  .string()
  .max(40)
  .refine(isInstant, INSTANT_IN_WORDS)
  .describe('ISO 8601, UTC unless it names a zone, or ns since 1970');

/** Times between which something is asked for. */
export const range = { from: moment.optional(), to: moment.optional().describe('exclusive') };

interface Range {
  from?: string;
  to?: string;
}

/** Whether a range has anything in it; where an end is missing or no time, that is not what is wrong with it. */
const isRange = ({ from, to }: Range): boolean =>
  from === undefined ||
  to === undefined ||
  !isInstant(from) ||
  !isInstant(to) ||
  parseInstant(from) < parseInstant(to);

/** A question with a range, whose end is to come after its start. */
export const inOrder = <T extends z.ZodType<Range>>(question: T): T =>
  question.refine(isRange, { path: ['to'], message: 'must be later than from' });

export const contractName = z.string().min(1).max(20).describe('such as ESH4');
export const dataKind = z.enum(DATA_KINDS).describe('what the raw files are that it comes from');

/** A range of trade dates, inclusive. */
export const dates = {
  start: z.iso.date().optional().describe('first trade date'),
  end: z.iso.date().optional().describe('last trade date'),
};

export const yesOrNo = z.enum(['true', 'false']).transform((text) => text === 'true');

/** How many at most; what follows is asked for with the `next` of an answer as `cursor`. */
export const limitOf = (most: number, usual: number) =>
  z.coerce.number().int().min(1).max(most).default(usual).describe('how many at most');

export const next = z.string().nullable().describe('cursor of what follows; null at the end');

const TYPES: Readonly<Record<ColumnType, () => z.ZodType>> = {
  int64: () => z.string().regex(/^-?\d+$/),
  int32: () => z.int(),
  int16: () => z.int(),
  double: () => z.number(),
  string: () => z.string(),
  boolean: () => z.boolean(),
  binary: () => z.string().regex(/^[0-9a-f]*$/),
  date: () => z.iso.date(),
  floats: () => z.array(z.number().nullable()),
};

const valueOf = ({ type, nullable, meaning, unit }: ColumnContract): z.ZodType => {
  const value = TYPES[type]();
  return (nullable ? value.nullable() : value).describe(unit ? `${meaning}, ${unit}` : meaning);
};

/** A row of a table as its contract has it; bytes in hex. */
export const rowOf = ({ columns }: TableContract) =>
  z.strictObject(Object.fromEntries(columns.map((column) => [column.name, valueOf(column)])));
