/** Registers the search attributes of `temporal.yaml` with a namespace. */
import type { OperatorService } from '@temporalio/client';
import { SpymasterError } from '../../graph/errors';

/** Numbers of the types in Temporal's API (temporal.api.enums.v1.IndexedValueType). */
const TYPE_NUMBERS: Record<string, number> = {
  Text: 1,
  Keyword: 2,
  Int: 3,
  Double: 4,
  Bool: 5,
  Datetime: 6,
  KeywordList: 7,
};

/**
 * Registers what is missing; a second time does nothing.
 * @param wanted attributes by name, with their types
 * @returns names of those that were missing
 * @throws SpymasterError BadConfig when one has another type already; whatever the server says when it does not let
 * this be looked up or registered from here, as Temporal Cloud does not
 */
export async function registerSearchAttributes(
  { operatorService }: { operatorService: OperatorService },
  namespace: string,
  wanted: Record<string, string>,
): Promise<string[]> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const missing: Record<string, number> = {};
  for (const [name, typeName] of Object.entries(wanted)) {
    const type = TYPE_NUMBERS[typeName];
    const present: number | undefined = customAttributes[name];
    if (present === undefined) missing[name] = type;
    else if (present !== type) {
      const message = `Search attribute ${name} of namespace ${namespace} has another type`;
      throw new SpymasterError('BadConfig', message, { field: name, expected: typeName });
    }
  }
  const names = Object.keys(missing);
  if (names.length > 0) await operatorService.addSearchAttributes({ namespace, searchAttributes: missing });
  return names;
}
