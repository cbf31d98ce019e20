/**
 * Options around one future, as a stream: definitions, open interest, settlements, trades and the future's price go in, in
 * the order in which they became known; rows of `silver.option_flow` come out at the end of every bar, and rows of
 * `silver.option_exposure` at the end of every so-many-th.
 *
 * The caller ends bars, so that they are those of every other family: a bar ends before the first event of the next is
 * passed in. Without options data the rows say so in `missing`, and hold nulls: zeros would be a statement.
 */
import { MemoryReader, MemoryWriter } from '../state/memory';
import type { Row } from '../datasets/schema';
import { dayNumber, type IsoDate } from '../market/days';
import { contractOf } from '../products/contracts';
import type { Product } from '../products/profile';
import { NS_PER_SECOND, type TimeOrigin } from '../market/time';
import { SpymasterError } from '../errors';
import { BANDS, StrikeBands } from './bands';
import { OptionChain } from './chain';
import type { OptionDefinition } from './definition';
import { OptionExposure } from './exposure';
import { OptionFlow, type BandedFlow } from './flow';
import { EXPOSURE_COLUMNS } from './exposureColumns';
import { FLOW_COLUMNS, type NoFlow } from './flowColumns';
import { rowOf } from './rowColumns';
import { observeSettlements } from './settlements';
import { FLOW_SIGNS, type OptionSettings } from './settings';

/** A level around whose price strikes are banded. */
export interface LevelPrice {
  /** As in `silver.levels`. */
  readonly levelId: string;
  /** Points. */
  readonly price: number;
}

/** Stands in for a level's id in the rows around the future's own price. */
export const PRICE_ID = 'PRICE';

export interface OptionsOperatorOptions {
  /** Raw symbol of the future, e.g. `ESH4`. */
  readonly contract: string;
  readonly product: Product;
  readonly tradeDate: IsoDate;
  readonly origin: TimeOrigin;
  readonly settings: OptionSettings;
  readonly barSeconds: number;
  readonly flow: (row: Row) => void;
  readonly exposure: (row: Row) => void;
}

const TAG = 0x3154504f; // 'OPT1'

export class OptionsOperator {
  private readonly chain: OptionChain;
  private readonly flow: OptionFlow;
  private readonly exposure: OptionExposure;
  private readonly bands: StrikeBands;
  private readonly tradeDay: number;
  private readonly exposureEvery: number;
  /** Where in its exposure interval the origin lies, ns. */
  private readonly phase: number;
  private readonly bandedFlow: BandedFlow;
  private readonly bandedGex = new Float64Array(2 * BANDS.length);
  private price = NaN;
  /** Settlements have come since they were last turned into volatilities. */
  private unsettled = false;

  constructor(private readonly options: OptionsOperatorOptions) {
    const { contract, product, settings, origin } = options;
    if (!contractOf(product, contract, options.tradeDate))
      throw new SpymasterError('BadArgument', `"${contract}" is not a contract of ${product.root}`, {
        expected: 'a future such as ESH4',
      });
    const { multiplier, tickNanos } = product;
    this.chain = new OptionChain(contract);
    this.flow = new OptionFlow(this.chain, settings, multiplier);
    this.exposure = new OptionExposure(this.chain, settings, multiplier);
    this.bands = new StrikeBands(settings.bandTicks, tickNanos / 1e9);
    this.tradeDay = dayNumber(options.tradeDate);
    this.exposureEvery = settings.exposureBars * options.barSeconds * NS_PER_SECOND;
    this.phase = Number(origin.ns % BigInt(this.exposureEvery));
    this.bandedFlow = {
      pressure: new Float64Array(2 * BANDS.length),
      tide: new Float64Array(2 * BANDS.length),
    };
  }

  /** An instrument and its terms. Until it is defined, its trades are counted as of an unknown instrument. */
  define(definition: OptionDefinition): void {
    this.chain.define(definition);
  }

  /**
   * Published open interest. Only what is of a day before the trade date is used: today's is not known today.
   * @param day day number the figure is of; NaN if it does not say
   * @param lots NaN withdraws what was published
   */
  openInterest(instrumentId: number, day: number, lots: number): void {
    const slot = this.chain.find(instrumentId);
    if (slot >= 0 && !(day >= this.tradeDay)) this.chain.setOpenInterest(slot, day, lots);
  }

  /**
   * Published settlement price of an option; known to the figures from the end of the open bar on.
   * @param day day number it is of
   * @param price points
   */
  settlement(instrumentId: number, day: number, price: number): void {
    const slot = this.chain.find(instrumentId);
    if (slot < 0) return;
    this.chain.setSettlement(slot, day, price);
    this.unsettled = true;
  }

  /** The future's price from now on, points: its mid or last trade; NaN leaves the last one standing. */
  future(price: number): void {
    if (!Number.isNaN(price)) this.price = price;
  }

  /**
   * A trade of any instrument of the options feed.
   * @param at ns since the origin, matching-engine time
   * @param price points; NaN if undefined
   * @param side DBN's letter for the aggressor
   */
  trade(instrumentId: number, at: number, price: number, lots: number, side: number): void {
    this.flow.trade(instrumentId, at, price, lots, side, this.price);
  }

  /**
   * Ends a bar: writes its rows, around the future's price and around every level.
   * @param start of the bar, ns since the origin; likewise `end`
   * @param levels as known at `end`
   */
  closeBar(start: number, end: number, levels: readonly LevelPrice[]): void {
    this.settle();
    const all = [{ levelId: PRICE_ID, price: this.price }, ...levels];
    this.writeFlow(start, all);
    if ((end + this.phase) % this.exposureEvery === 0) this.writeExposure(end, all);
    this.flow.nextBar();
  }

  save(): Uint8Array {
    const out = new MemoryWriter();
    out.numbers(this.signature());
    out.numbers([this.price, this.unsettled ? 1 : 0]);
    this.chain.save(out);
    this.flow.save(out);
    return out.bytes(TAG);
  }

  /**
   * An operator that goes on exactly as the saved one would have.
   * @param options those of the saved one
   * @throws SpymasterError BadArgument if the bytes are damaged, or were saved with other options
   */
  static restore(bytes: Uint8Array, options: OptionsOperatorOptions): OptionsOperator {
    const operator = new OptionsOperator(options);
    const input = new MemoryReader(bytes, TAG);
    const signature = operator.signature();
    if (input.numbers(signature.length).some((value, i) => value !== signature[i]))
      throw new SpymasterError('BadArgument', 'Options are restored with what they were saved with', {
        expected: 'the same origin, trade date, sign of flow and length of the tide',
      });
    const [price, unsettled] = input.numbers(2);
    operator.price = price;
    operator.unsettled = unsettled === 1;
    operator.chain.restore(input);
    operator.flow.restore(input);
    input.end();
    return operator;
  }

  /** What the meaning of the saved numbers depends on. */
  private signature(): number[] {
    const { origin, settings } = this.options;
    return [
      Number(origin.ns >> 32n),
      Number(origin.ns & 0xffff_ffffn),
      this.tradeDay,
      FLOW_SIGNS.indexOf(settings.flowSign),
      settings.tideBars,
    ];
  }

  /** Settlements come by the thousand, so they are turned into volatilities once a bar, not once each. */
  private settle(): void {
    if (this.unsettled)
      observeSettlements(this.chain, this.options.product, this.options.origin, this.options.settings.rate);
    this.unsettled = false;
  }

  private writeFlow(start: number, levels: readonly LevelPrice[]): void {
    const { flow, bandedFlow: around, options, price: future } = this;
    const barStart = options.origin.absolute(start);
    const missing = this.noFlow();
    for (const { levelId, price: levelPrice } of missing === null ? levels : levels.slice(0, 1)) {
      flow.around(levelPrice, this.bands, around);
      const context = {
        barStart,
        levelId,
        levelPrice,
        future,
        missing,
        flow,
        around,
        settings: options.settings,
      };
      options.flow(rowOf(FLOW_COLUMNS, context, missing !== null));
    }
  }

  private noFlow(): NoFlow | null {
    // Without definitions every trade is one of an unknown instrument: a feed, but nothing to read from it.
    if (this.chain.empty) return 'no option definitions';
    return this.flow.seen ? null : 'no option trades';
  }

  private writeExposure(at: number, levels: readonly LevelPrice[]): void {
    const { exposure, bandedGex: around, price: future } = this;
    const { origin, settings } = this.options;
    const missing = exposure.evaluate(at, future);
    for (const { levelId, price: levelPrice } of missing === null ? levels : levels.slice(0, 1)) {
      exposure.around(levelPrice, this.bands, around);
      const context = { origin, at, levelId, levelPrice, future, missing, exposure, around, settings };
      this.options.exposure(rowOf(EXPOSURE_COLUMNS, context, missing !== null));
    }
  }
}
