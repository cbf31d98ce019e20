import { Lake } from '../../lake/lake';
import { productsOf } from '../../graph/settings';
import { loadConfig, type Config } from '../config';

/** The lake of the configuration, with its products. */
export const openLake = ({ lake, features }: Config = loadConfig()): Promise<Lake> =>
  Lake.open(lake, productsOf(features));
