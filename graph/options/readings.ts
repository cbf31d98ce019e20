/** What the operator puts out at the end of a bar: figures around the future's price, and around every level in reach. */
import type { ExposureFigures, NoExposure } from './optionExposure';
import type { FlowFigures, NoFlow } from './optionFlow';
import type { OptionSettings } from './settings';

interface Around {
  /** As in `silver.levels`, or `PRICE` for the future's own price. */
  readonly levelId: string;
  /** The price strikes are banded around, points; NaN if unknown. */
  readonly levelPrice: number;
  /** Price of the future at the bar's end, points; NaN if unknown. */
  readonly future: number;
  readonly settings: OptionSettings;
}

/** Option flow of a bar: a row of `silver.option_flow`. */
export interface FlowReading extends Around {
  readonly type: 'flow';
  /** Start of the bar, ns UTC. */
  readonly barStart: bigint;
  /** Null without data: zeros would be a statement. Then `missing` says what there is none of. */
  readonly figures: FlowFigures | null;
  readonly missing: NoFlow | null;
}

/** What open positions amount to at the end of a bar: a row of `silver.option_exposure`. */
export interface ExposureReading extends Around {
  readonly type: 'exposure';
  /** End of the bar, ns UTC. */
  readonly ts: bigint;
  /** Null without data, as in a `FlowReading`. */
  readonly figures: ExposureFigures | null;
  readonly missing: NoExposure | null;
}

export type OptionReading = FlowReading | ExposureReading;
