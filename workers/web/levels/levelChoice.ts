/** What is chosen of the levels, and how a choice changes it. */
import type { z } from 'zod';
import type { LevelsAsked } from '../../../graph/api/levels';
import type { settingsAnswer } from '../../../graph/api/operations';

export type Settings = z.infer<typeof settingsAnswer>;
export type LevelChoice = NonNullable<LevelsAsked['levels']>;
type Kind = LevelChoice['kinds'][number];

/** As it is now. */
export const choiceOf = ({
  levelKinds,
  products,
}: Pick<Settings, 'levelKinds' | 'products'>): LevelChoice => ({
  // Prices of one's own are watched by being there.
  kinds: levelKinds.flatMap(({ kind, watched }) => (watched && kind !== 'USER' ? [kind] : [])),
  userPrices: Object.fromEntries(
    products.flatMap(({ root, userPrices }) => (userPrices.length > 0 ? [[root, userPrices]] : [])),
  ),
});

export const withKind = (of: LevelChoice, kind: Kind, watched: boolean): LevelChoice => ({
  ...of,
  kinds: watched ? [...of.kinds, kind] : of.kinds.filter((one) => one !== kind),
});

/** @param price points */
export const withPrice = (of: LevelChoice, root: string, price: number): LevelChoice => ({
  ...of,
  userPrices: { ...of.userPrices, [root]: [...(of.userPrices[root] ?? []), price] },
});

/** @param price points */
export const withoutPrice = (of: LevelChoice, root: string, price: number): LevelChoice => ({
  ...of,
  userPrices: { ...of.userPrices, [root]: (of.userPrices[root] ?? []).filter((one) => one !== price) },
});

/** A price as somebody writes it, points; undefined where it is none. */
export function readPrice(text: string): number | undefined {
  const trimmed = text.trim().replace(',', '.');
  return /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : undefined;
}
