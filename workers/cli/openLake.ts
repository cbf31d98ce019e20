import { sharedLake } from '../../activities/stages/sharedLake';
import { lakeId } from '../../lake/identity';
import type { Lake } from '../../lake/lake';
import { loadConfig } from '../config';

/** The lake of the configuration, with its products. */
export const openLake = (config = loadConfig()): Promise<Lake> => sharedLake(config);

/** The id of the lake of the configuration. */
export const openLakeId = async (config = loadConfig()): Promise<string> =>
  lakeId((await openLake(config)).store);
