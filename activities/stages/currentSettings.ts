/** Settings as they hold now: those of the configuration, with the levels that somebody has chosen since. */
import { withLevels } from '../../graph/levels/chosenLevels';
import type { FeatureSettings } from '../../graph/settings';
import { readChosenLevels } from '../../lake/chosenLevels';
import type { Lake } from '../../lake/lake';
import { sharedLake } from './sharedLake';

/** To be asked once for each piece of work, which goes on with them: a change meanwhile is for the next. */
export async function currentSettings<Settings extends Parameters<typeof sharedLake>[0]>(
  settings: Settings,
): Promise<Settings> {
  return { ...settings, features: await currentFeatures(await sharedLake(settings), settings.features) };
}

/** @param features as configured */
export const currentFeatures = async (
  { store }: Pick<Lake, 'store'>,
  features: FeatureSettings,
): Promise<FeatureSettings> => withLevels(features, await readChosenLevels(store));
