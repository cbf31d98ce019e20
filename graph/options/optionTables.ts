/** The tables of options in Silver: the flow of a bar, and what open positions amount to. */
import type { TableContract } from '../datasets/schema';
import { PARTITION_BY, PARTITION_COLUMNS } from '../datasets/partitionColumns';
import { EXPOSURE_COLUMNS } from './optionExposureColumns';
import { FLOW_COLUMNS } from './optionFlowColumns';
import { BAND_MEANING } from './strikeBandColumns';

export const silverOptionFlow: TableContract = {
  name: 'silver.option_flow',
  description:
    'What aggressors bought and sold of the options on a product, by bar: signed delta (pressure) and signed premium (tide), ' +
    `in total and by strike band around the price and every level. ${BAND_MEANING}`,
  version: 1,
  columns: [...PARTITION_COLUMNS, ...FLOW_COLUMNS],
  partitionBy: PARTITION_BY,
  key: [...PARTITION_BY, 'bar_start_utc', 'level_id'],
};

export const silverOptionExposure: TableContract = {
  name: 'silver.option_exposure',
  description:
    'Gamma exposure of dealers in the options on a product, as of the ends of bars (setting exposureBars apart): walls, ' +
    `zero-gamma flip, hedging, volatilities, and strike bands around the price and every level. ${BAND_MEANING}`,
  version: 1,
  columns: [...PARTITION_COLUMNS, ...EXPOSURE_COLUMNS],
  partitionBy: PARTITION_BY,
  key: [...PARTITION_BY, 'ts', 'level_id'],
};
