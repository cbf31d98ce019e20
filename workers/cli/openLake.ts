import { sharedLake } from '../../activities/stages/sharedLake';
import type { Lake } from '../../lake/lake';
import { loadConfig } from '../config';

/** The lake of the configuration, with its products. */
export const openLake = (config = loadConfig()): Promise<Lake> => sharedLake(config);
