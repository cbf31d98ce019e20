/**
 * The digest of a build: equal digests mean equal rows. It covers everything the rows depend on - inputs, the versions of
 * the code that computes them, and the settings - and is known before anything is built, so a plan can tell what is stale.
 */
import { createHash } from 'node:crypto';
import { codeVersionOf } from '../../graph/datasets/declaration';
import type { Layer } from '../../graph/datasets/layers';
import type { PriceRange } from '../../graph/levels/priceRange';
import { settingsDigest, type FeatureSettings } from '../../graph/settings';
import { FEATURE_TABLE } from '../../graph/vectors/features';

const hash = (...parts: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/** @param files digests of the raw files read, in order */
export const bronzeDigest = (contract: string, tradeDate: string, files: readonly string[]): string =>
  hash(codeVersionOf('bronze'), contract, tradeDate, files);

/** @param previousDay the range of the day before that the levels know, if any */
export const silverDigest = (
  bronze: string,
  previousDay: PriceRange | undefined,
  settings: FeatureSettings,
): string =>
  hash(
    codeVersionOf('silver'),
    bronze,
    previousDay ?? null,
    ...[settings.bars, settings.levels, settings.options].map(settingsDigest),
  );

export const goldDigest = (silver: string, settings: FeatureSettings): string =>
  // The table of features names its own version: vectors of another are not comparable.
  hash(codeVersionOf('gold'), FEATURE_TABLE, silver, settingsDigest(settings.episodes));

/** Digests of all layers as they would be built now. */
export type LayerDigests = Record<Layer, string>;
