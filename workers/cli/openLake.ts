import { Lake } from '../../lake/lake';
import { loadConfig } from '../config';

/** The lake of the configuration. */
export const openLake = (config = loadConfig()): Promise<Lake> => Lake.open(config.lake);
