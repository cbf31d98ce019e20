/** The lake of the declared datasets, as stages, plans and reports use it. */
import { TABLES } from '../../graph/catalog/declaration';
import { productsOf, type FeatureSettings } from '../../graph/settings';
import { Lake } from '../../lake/lake';

const opened = new Map<string, Promise<Lake>>();

/**
 * The lake in a folder with the products of the settings, opened once a thread. All its users share what has been read of its logs,
 * and every one of them sees what other processes have written by then.
 */
export function sharedLake({
  lake: location,
  features,
}: {
  lake: string;
  features: FeatureSettings;
}): Promise<Lake> {
  const key = JSON.stringify([location, features.products]);
  let lake = opened.get(key);
  if (!lake) opened.set(key, (lake = Lake.open(location, TABLES, productsOf(features))));
  return lake;
}
