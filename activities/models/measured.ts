/** The settings that outcomes and vectors were measured by, as far as a model depends on them. */
import { createHash } from 'node:crypto';
import { canonical } from '../../graph/catalog/provenance';
import type { Measured } from '../../graph/models/training/baselineRows';
import type { Product } from '../../graph/products/profile';
import { settingsFor, type FeatureSettings } from '../../graph/settings';

export function measuredBy(features: FeatureSettings, product: Product): Measured {
  const { bars, episodes } = settingsFor(features, product);
  return {
    barSeconds: bars.seconds,
    barrierTicks: episodes.barrierTicks,
    horizonMinutes: episodes.primaryHorizonMinutes,
  };
}

/** Names them: a model is served only where they are those it was trained by. */
export const measurementVersion = (measured: Measured): string =>
  createHash('sha256').update(canonical(measured)).digest('hex').slice(0, 16);
