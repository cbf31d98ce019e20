/** Where a consumer begins: the filter expression of its link, as the SDKs write it. */

export type StartPosition =
  | { by: 'offset' | 'sequenceNumber'; value: number; inclusive: boolean }
  /** Events enqueued after a time, ms since 1970 UTC. */
  | { by: 'enqueuedTime'; after: number }
  | { by: 'latest' };

const EXPRESSION =
  /^\s*amqp\.annotation\.x-opt-(offset|sequence-number|enqueued-time(?:-utc)?)\s*(>=?)\s*'([^']*)'\s*$/;

/**
 * Without a filter, everything there is.
 * @returns undefined when the expression is not understood
 */
export function parseStartPosition(expression: string | undefined): StartPosition | undefined {
  if (expression === undefined) return { by: 'offset', value: -1, inclusive: false };
  const [, annotation, operator, text] = EXPRESSION.exec(expression) ?? [];
  if (annotation === undefined) return undefined;
  if (text === '@latest') return annotation === 'offset' ? { by: 'latest' } : undefined;
  if (!/^-?\d+$/.test(text)) return undefined;
  const value = Number(text);
  if (annotation.startsWith('enqueued-time')) return { by: 'enqueuedTime', after: value };
  return { by: annotation === 'offset' ? 'offset' : 'sequenceNumber', value, inclusive: operator === '>=' };
}
