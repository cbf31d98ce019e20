/**
 * What a build was made of: equal provenance means equal rows. It is known before anything is built, so a plan can tell what is
 * stale; and because it is kept with every build, the plan can also tell because of what.
 */
import type { DataKind } from '../sim/dataset';

export interface Provenance {
  /** Code version by dataset. */
  readonly code: Readonly<Record<string, string>>;
  /** The parts of the settings that matter, as they were, and of the product's profile; and `data` where the raw files are not real. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Digests of what was read, by `layer KEY` or `raw.dbn FILE`. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** What the raw files are that something was built from. */
export const dataOf = ({ settings }: Pick<Provenance, 'settings'>): DataKind =>
  (settings.data ?? 'real') as DataKind;

/** As one text: equal provenance gives equal texts, in whatever order it was put together. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/** What has changed from one build to the next, a line a change: `setting episodes.barrierTicks: 20, now 24`. */
export function changes(then: Provenance, now: Provenance): string[] {
  const [before, after] = [dataOf(then), dataOf(now)];
  return [
    ...(before === after ? [] : [`data: ${before}, now ${after}`]),
    ...differing(then.code, now.code).map(
      (name) => `code of ${name}: ${then.code[name] ?? 'none'}, now ${now.code[name] ?? 'none'}`,
    ),
    ...settingChanges('', { ...then.settings, data: null }, { ...now.settings, data: null }),
    ...differing(then.inputs, now.inputs).map((name) => {
      if (!(name in then.inputs)) return `${name} came in`;
      return name in now.inputs ? `${name} was built anew` : `${name} is gone`;
    }),
  ];
}

type Parts = Readonly<Record<string, unknown>>;

const differing = (a: Parts, b: Parts): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((key) => canonical(a[key]) !== canonical(b[key]))
    .sort();

const isParts = (value: unknown): value is Parts =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function settingChanges(path: string, then: Parts, now: Parts): string[] {
  return differing(then, now).flatMap((key) => {
    const name = path === '' ? key : `${path}.${key}`;
    const [before, after] = [then[key], now[key]];
    if (isParts(before) && isParts(after)) return settingChanges(name, before, after);
    return [
      `setting ${name}: ${before === undefined ? 'none' : canonical(before)}, now ${after === undefined ? 'none' : canonical(after)}`,
    ];
  });
}
