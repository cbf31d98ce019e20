/** The form of an answer that a client accepts best (RFC 9110, 12.5.1). */

interface Range {
  readonly type: string;
  readonly quality: number;
}

/**
 * @param accept header of the request
 * @param types media types of each form, the usual one first
 * @returns undefined where none is accepted
 */
export function acceptedForm<Form extends string>(
  accept: string | undefined,
  types: Readonly<Record<Form, string>>,
): Form | undefined {
  const ranges = (accept?.trim() || '*/*').split(',').map(rangeOf);
  let best: { form: Form; quality: number; precision: number } | undefined;
  for (const form of Object.keys(types) as Form[]) {
    const { quality, precision } = matchOf(ranges, types[form].split(';')[0]);
    const better =
      !best || quality > best.quality || (quality === best.quality && precision > best.precision);
    if (quality > 0 && better) best = { form, quality, precision };
  }
  return best?.form;
}

function rangeOf(text: string): Range {
  const [type, ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const q = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = q === undefined ? 1 : Number(q.slice(2));
  return { type, quality: Number.isNaN(quality) ? 0 : quality };
}

/** What is said of a type by the range that names it most precisely. */
function matchOf(ranges: readonly Range[], type: string): { quality: number; precision: number } {
  const named = [type, `${type.split('/')[0]}/*`, '*/*'];
  for (const [k, name] of named.entries()) {
    const range = ranges.find((one) => one.type === name);
    if (range) return { quality: range.quality, precision: named.length - k };
  }
  return { quality: 0, precision: 0 };
}
