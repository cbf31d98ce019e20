/** What the operator puts out at the end of a bar: figures around the future's price, and around every level in reach. */
import type { BandedExposure, ExposureFigures, NoExposure } from './optionExposure';
import type { BandedFlow, FlowFigures, NoFlow } from './optionFlow';
import type { OptionSettings } from './settings';

/** Figures, and the part of them within each strike band around the reading's price. */
interface FiguresAround<Figures, Banded> {
  /** The same in every reading of a bar. */
  readonly total: Figures;
  readonly around: Banded;
}

interface Reading<Figures, Missing> {
  /** As in `silver.levels`, or `PRICE` for the future's own price. */
  readonly levelId: string;
  /** The price strikes are banded around, points; NaN if unknown. */
  readonly levelPrice: number;
  /** Price of the future at the bar's end, points; NaN if unknown. */
  readonly future: number;
  readonly settings: OptionSettings;
  /** Null without data, since zeros would be data; `missing` then says what is missing. */
  readonly figures: Figures | null;
  readonly missing: Missing | null;
}

export type FlowAround = FiguresAround<FlowFigures, BandedFlow>;
export type ExposureAround = FiguresAround<ExposureFigures, BandedExposure>;

/** Option flow of a bar: a row of `silver.option_flow`. */
export interface FlowReading extends Reading<FlowAround, NoFlow> {
  readonly type: 'flow';
  /** Start of the bar, ns UTC. */
  readonly barStart: bigint;
}

/** What open positions amount to at the end of a bar: a row of `silver.option_exposure`. */
export interface ExposureReading extends Reading<ExposureAround, NoExposure> {
  readonly type: 'exposure';
  /** End of the bar, ns UTC. */
  readonly ts: bigint;
}

export type OptionReading = FlowReading | ExposureReading;
