import { Lake } from '../../lake/lake';
import { loadConfig } from '../config';

/** The lake of the configuration. */
export const openLake = (): Promise<Lake> => Lake.open(loadConfig().lake);
