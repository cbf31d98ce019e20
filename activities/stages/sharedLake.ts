/** The lake of the declared datasets, as stages, plans and reports use it. */
import { TABLES } from '../../graph/catalog/declaration';
import { productsOf, type FeatureSettings } from '../../graph/settings';
import { Lake } from '../../lake/lake';
import { configureEngine } from '../../lake/parquet/engine';
import type { EngineSettings } from '../../lake/parquet/engineSettings';
import type { CacheSettings } from '../../lake/store/fileCache';

const opened = new Map<string, Promise<Lake>>();

/**
 * The lake at a place with the products of the settings, opened once a thread. All its users share what has been read of its logs,
 * and every one of them sees what other processes have written by then.
 */
export function sharedLake({
  lake: location,
  features,
  duckdb = {},
  cache,
  vault,
}: {
  lake: string;
  features: FeatureSettings;
  duckdb?: EngineSettings;
  cache?: CacheSettings;
  vault?: string;
}): Promise<Lake> {
  configureEngine(duckdb);
  const key = JSON.stringify([location, features.products]);
  let lake = opened.get(key);
  if (!lake) {
    lake = Lake.open(location, TABLES, productsOf(features), { cache, vault });
    opened.set(key, lake);
    // A vault that is away may be back by the next time.
    void lake.catch(() => opened.delete(key));
  }
  return lake;
}
