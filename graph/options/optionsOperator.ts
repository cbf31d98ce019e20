/**
 * The options of a product around one of its futures, as a stream: definitions, open interest, settlements, trades, the future's price and the ends of bars
 * go in; what comes out at the end of every bar is its flow, and at the end of every `exposureBars`-th bar the exposure.
 */
import type { StateReader, StateWriter } from '../state/codec';
import type { Operator } from '../state/operator';
import { dayNumber, type IsoDate } from '../market/days';
import { contractOf } from '../products/contracts';
import type { Product } from '../products/profile';
import { NS_PER_SECOND, type TimeOrigin } from '../market/time';
import { SpymasterError } from '../errors';
import { StrikeBands } from './bands';
import { OptionChain } from './chain';
import type { BarEndInput, LevelPrice, OpenInterestInput, OptionInput, SettlementInput } from './inputs';
import { OptionExposure } from './optionExposure';
import { OptionFlow, type NoFlow } from './optionFlow';
import type { OptionReading } from './readings';
import { FLOW_SIGNS, type OptionSettings } from './settings';
import { observeSettlements } from './settlements';

/** Takes the place of a level's id in readings around the future's own price. */
export const PRICE_ID = 'PRICE';

interface OptionsOperatorOptions {
  /** Raw symbol of the future, e.g. `ESH4`. */
  readonly contract: string;
  readonly product: Product;
  readonly tradeDate: IsoDate;
  readonly origin: TimeOrigin;
  readonly settings: OptionSettings;
  readonly barSeconds: number;
}

export class OptionsOperator implements Operator<OptionInput, OptionReading> {
  private readonly chain: OptionChain;
  private readonly flow: OptionFlow;
  private readonly exposure: OptionExposure;
  private readonly bands: StrikeBands;
  private readonly tradeDay: number;
  private readonly exposureEvery: number;
  /** Where in its exposure interval the origin lies, ns. */
  private readonly phase: number;
  private price = NaN;
  /** Settlements have come since they were last turned into volatilities. */
  private unsettled = false;
  private readings: OptionReading[] = [];

  /** @throws SpymasterError BadArgument if the contract is no future of a known product */
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
  }

  push(input: OptionInput): void {
    switch (input.type) {
      case 'future':
        if (!Number.isNaN(input.price)) this.price = input.price;
        return;
      case 'trade':
        return this.flow.trade(input, this.price);
      case 'barEnd':
        return this.endBar(input);
      case 'openInterest':
        return this.takeOpenInterest(input);
      case 'settlement':
        return this.takeSettlement(input);
      case 'definition':
        return this.chain.define(input.definition);
    }
  }

  /** Bars end by input, since their levels come with it: time alone ends nothing. */
  advanceTo(): void {}

  /** In the order of bars; of one, the flow first, the future's own price before the levels. */
  take(): OptionReading[] {
    const { readings } = this;
    this.readings = [];
    return readings;
  }

  save(out: StateWriter): void {
    const { origin, settings } = this.options;
    out.section('options', 1);
    out.signed(origin.ns);
    out.signed(BigInt(this.tradeDay));
    out.unsigned(FLOW_SIGNS.indexOf(settings.flowSign));
    out.unsigned(settings.tideBars);
    out.double(this.price);
    out.boolean(this.unsettled);
    this.chain.save(out);
    this.flow.save(out);
  }

  restore(from: StateReader): void {
    const { origin, settings } = this.options;
    from.section('options', 1);
    if (from.signed() !== origin.ns) from.fail('the same origin');
    if (from.signed() !== BigInt(this.tradeDay)) from.fail('the same trade date');
    if (from.unsigned() !== FLOW_SIGNS.indexOf(settings.flowSign)) from.fail('the same sign of flow');
    if (from.unsigned() !== settings.tideBars) from.fail('the same length of the tide');
    this.price = from.double();
    this.unsettled = from.boolean();
    this.chain.restore(from);
    this.flow.restore(from);
  }

  private takeOpenInterest({ instrumentId, day, lots }: OpenInterestInput): void {
    const slot = this.chain.find(instrumentId);
    if (slot >= 0 && !(day >= this.tradeDay)) this.chain.setOpenInterest(slot, day, lots);
  }

  private takeSettlement({ instrumentId, day, price }: SettlementInput): void {
    const slot = this.chain.find(instrumentId);
    if (slot < 0) return;
    this.chain.setSettlement(slot, day, price);
    this.unsettled = true;
  }

  private endBar({ start, end, levels }: BarEndInput): void {
    this.settle();
    const all = [{ levelId: PRICE_ID, price: this.price }, ...levels];
    this.readFlow(start, all);
    if ((end + this.phase) % this.exposureEvery === 0) this.readExposure(end, all);
    this.flow.nextBar();
  }

  /** Settlements come by the thousand, so they are turned into volatilities once a bar, not once each. */
  private settle(): void {
    if (this.unsettled)
      observeSettlements(this.chain, this.options.product, this.options.origin, this.options.settings.rate);
    this.unsettled = false;
  }

  private readFlow(start: number, levels: readonly LevelPrice[]): void {
    const { flow, bands, price: future } = this;
    const { origin, settings } = this.options;
    const barStart = origin.absolute(start);
    const missing = this.noFlow();
    const total = flow.figures();
    for (const { levelId, price: levelPrice } of missing === null ? levels : levels.slice(0, 1)) {
      const figures = missing === null ? { total, around: flow.around(levelPrice, bands) } : null;
      this.readings.push({ type: 'flow', barStart, levelId, levelPrice, future, settings, figures, missing });
    }
  }

  private noFlow(): NoFlow | null {
    // Without definitions every trade is one of an unknown instrument: a feed, but nothing to read from it.
    if (this.chain.empty) return 'no option definitions';
    return this.flow.seen ? null : 'no option trades';
  }

  private readExposure(at: number, levels: readonly LevelPrice[]): void {
    const { exposure, bands, price: future } = this;
    const { origin, settings } = this.options;
    const ts = origin.absolute(at);
    const found = exposure.evaluate(at, future);
    const [total, missing] = typeof found === 'string' ? [null, found] : [found, null];
    for (const { levelId, price: levelPrice } of total ? levels : levels.slice(0, 1)) {
      const figures = total && { total, around: exposure.around(levelPrice, bands) };
      this.readings.push({ type: 'exposure', ts, levelId, levelPrice, future, settings, figures, missing });
    }
  }
}
