/**
 * What a user may choose about the features: part of the configuration file, and part of every dataset's version, since
 * other settings make other rows. Distances are in ticks (defaults for ES: 4 ticks a point), times in minutes.
 */
import { z } from 'zod';
import { DEFAULT_KINDS, LEVEL_KINDS, type LevelKind } from './levels/kinds';
import { problemsOf, Products, type ProductOverrides } from './products/catalog';
import { decimalNanos } from './products/entry';
import type { Product } from './products/profile';
import { optionSettings } from './options/settings';

const ticks = z.int().positive();

const ascending = (minutes: number[]) => minutes.every((m, i) => i === 0 || m > minutes[i - 1]);
const minutes = z
  .array(z.number().positive().max(1440))
  .min(1)
  .refine(ascending, 'must be in ascending order, without repetition');

const barSettings = z.strictObject({
  /** Length of a bar. */
  seconds: z.int().min(1).max(3600).default(5),
});

const userPrices = z
  .record(z.string(), z.array(z.number()))
  // The order in which a user lists prices makes no difference, so it must make none to the digest.
  .transform((byRoot) =>
    Object.fromEntries(
      Object.entries(byRoot).map(([root, prices]) => [root, [...new Set(prices)].sort((a, b) => a - b)]),
    ),
  );

export const levelSettings = z.strictObject({
  /** Levels on which episodes are looked for. */
  kinds: z
    // USER levels are switched on by being given.
    .array(z.enum(LEVEL_KINDS).exclude(['USER']))
    .default([...DEFAULT_KINDS])
    .transform((kinds) => LEVEL_KINDS.filter((kind) => (kinds as LevelKind[]).includes(kind))),
  /** Distance between round numbers: 200 ticks are 50 points of ES. */
  roundStepTicks: ticks.default(200),
  /** The user's own levels in points, by product root: `{ "ES": [4805] }`. */
  userPrices: userPrices.default({}),
});

const episodeSettings = z
  .strictObject({
    /** Which touches count: those in regular trading hours, or all. */
    sessionWindow: z.enum(['rth', 'all-hours']).default('rth'),
    /** Within this distance of a level, price approaches it. */
    approachTicks: ticks.default(20),
    /** Within this distance, it touches. */
    touchTicks: z.int().nonnegative().default(2),
    /** Beyond this distance, the level can be approached anew. */
    rearmTicks: ticks.default(30),
    /** Distance of the break and the reject barrier from the level. */
    barrierTicks: ticks.default(20),
    /** How long after the touch an outcome is measured. */
    horizonMinutes: minutes.default([4, 8, 30]),
    primaryHorizonMinutes: z.number().positive().default(8),
    /** Minutes from the open that divide the time of day; the last part ends with the close. */
    timeOfDayMinutes: minutes.default([15, 30, 60, 120]),
  })
  .superRefine((s, context) => {
    const require = (holds: boolean, path: string, message: string) => {
      if (!holds) context.addIssue({ code: 'custom', path: [path], message });
    };
    require(s.touchTicks <
      s.approachTicks, 'touchTicks', `must be less than approachTicks (${s.approachTicks})`);
    require(s.touchTicks <
      s.barrierTicks, 'touchTicks', `must be less than barrierTicks (${s.barrierTicks})`);
    require(s.rearmTicks >=
      s.approachTicks, 'rearmTicks', `must be at least approachTicks (${s.approachTicks})`);
    require(s.horizonMinutes.includes(
      s.primaryHorizonMinutes,
    ), 'primaryHorizonMinutes', `must be one of horizonMinutes (${s.horizonMinutes.join(', ')})`);
  });

/** What the configuration says under `features`: for every product alike, unless its profile says otherwise. */
export const featureChoices = z.strictObject({
  bars: barSettings.prefault({}),
  levels: levelSettings.prefault({}),
  episodes: episodeSettings.prefault({}),
  options: optionSettings.prefault({}),
});

/** The user's own products, and changed fields of built-in ones; by root. See `ProductEntry`. */
export const productOverrides = z
  .record(z.string(), z.record(z.string(), z.unknown()))
  .superRefine((overrides, context) => {
    for (const [root, override] of Object.entries(overrides))
      for (const { path, message } of problemsOf(root, override))
        context.addIssue({ code: 'custom', path: [root, ...path], message });
  });

interface Chosen {
  products: ProductOverrides;
  features: z.infer<typeof featureChoices>;
}

/** What must hold between products and features; every problem with its path. */
export function disagreements({
  products: overrides,
  features,
}: Chosen): { path: PropertyKey[]; message: string }[] {
  // Invalid products have issues of their own.
  if (Object.entries(overrides).some(([root, override]) => problemsOf(root, override).length > 0)) return [];
  const products = new Products(overrides);
  const problems: { path: PropertyKey[]; message: string }[] = [];
  for (const [root, prices] of Object.entries(features.levels.userPrices)) {
    const path = ['features', 'levels', 'userPrices', root];
    const product = products.find(root);
    if (!product) {
      const known = products.all.map((p) => p.root).join(', ');
      problems.push({ path, message: `no such product; known: ${known}` });
      continue;
    }
    prices.forEach((price, i) => {
      const nanos = decimalNanos(price);
      if (nanos === null || nanos % BigInt(product.tickNanos) !== 0n)
        problems.push({
          path: [...path, i],
          message: `${price} is not a multiple of the tick ${product.tickNanos / 1e9}`,
        });
    });
  }
  for (const root of Object.keys(overrides)) {
    const result = episodeSettings.safeParse({ ...features.episodes, ...products.productOf(root).episodes });
    for (const { path, message } of result.error?.issues ?? [])
      problems.push({ path: ['products', root, 'episodes', ...path], message });
  }
  return problems;
}

/** Everything that rows depend on besides their input. */
export const featureSettings = featureChoices
  .extend({ products: productOverrides.default({}) })
  .superRefine(({ products, ...features }, context) => {
    for (const { path, message } of disagreements({ products, features })) {
      const within = path[0] === 'features' ? path.slice(1) : path;
      context.addIssue({ code: 'custom', path: within, message });
    }
  });

export type FeatureSettings = z.infer<typeof featureSettings>;
export type LevelSettings = FeatureSettings['levels'];
export type EpisodeSettings = FeatureSettings['episodes'];

export const DEFAULT_SETTINGS: FeatureSettings = featureSettings.parse({});

/** The catalog of products that the settings make. */
export const productsOf = ({ products }: Pick<FeatureSettings, 'products'>): Products =>
  new Products(products);

/** Those of other products are none of a product's settings. */
const ownPrices = (all: LevelSettings['userPrices'], root: string): LevelSettings['userPrices'] =>
  all[root] ? { [root]: all[root] } : {};

/** The settings as they hold for one product: the figures of its profile replace the general ones. */
export const settingsFor = (
  settings: FeatureSettings,
  { root, levels, episodes }: Product,
): FeatureSettings => ({
  ...settings,
  levels: { ...settings.levels, ...levels, userPrices: ownPrices(settings.levels.userPrices, root) },
  episodes: { ...settings.episodes, ...episodes },
});
