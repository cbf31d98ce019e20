/** Parts of OpenAPI documents, from the schemas that requests are checked with: OpenAPI 3.1, whose schemas are JSON Schema 2020-12. */
import { z } from 'zod';

/** How an operation may be refused, by status. */
export type Refusals = Readonly<Record<number, string>>;

export const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): object => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
};

export const jsonContent = (name: string) => ({
  'application/json': { schema: { $ref: `#/components/schemas/${name}` } },
});

/** @param content of the answer, by media type */
export const responses = (summary: string, content: object, refusals: Refusals): object => ({
  200: { description: summary, content },
  ...Object.fromEntries(
    Object.entries(refusals).map(([status, description]) => [
      status,
      { description, content: jsonContent('Refusal') },
    ]),
  ),
});
