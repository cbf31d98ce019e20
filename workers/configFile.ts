/** Reads a YAML configuration file against its schema; every wrong value is named, with its place in the file. */
import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { SpymasterError } from '../graph/errors';

/** @throws SpymasterError BadConfig when the file cannot be read or is no YAML */
export function readYaml(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new SpymasterError('BadConfig', `${file} cannot be read`, { file }, { cause: error });
  }
  const lines = new LineCounter();
  // Not with the lines around the error, which the parser's own message shows: there may be a key among them.
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines });
  if (document.errors.length === 0) return document.toJS() as unknown;
  const [{ message, pos }] = document.errors;
  const { line, col } = lines.linePos(pos[0]);
  const where = `line ${line}, column ${col}`;
  throw new SpymasterError('BadConfig', `${file} is not valid YAML: ${message}, at ${where}`, { file });
}

/** @throws SpymasterError BadConfig naming every value that is missing, wrong or unknown */
export function validate<T extends z.ZodType>(schema: T, value: unknown, file: string): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `  ${path.join('.') || '(file)'}: ${message}`,
  );
  throw new SpymasterError('BadConfig', [`${file} has wrong values:`, ...problems].join('\n'), { file });
}
