/**
 * How a market behaves around its levels, in the few figures by which a simulated one can be told from a real one: measured the same
 * way on both, from trades.
 *
 * Minutes are those of regular trading hours, returns the changes in ticks from one minute's last trade to the next one's.
 */
import { EpisodeTracker } from '../episodes/episodeTracker';
import type { Episode, Outcome } from '../episodes/episode';
import type { Coverage } from '../levels/coverage';
import { LevelTracker } from '../levels/levelTracker';
import { NS_PER_MINUTE } from '../market/time';
import { frontContract } from '../products/contracts';
import { dateFrame, type DateFrame } from '../products/dateFrame';
import type { Product } from '../products/profile';
import { Action, Flag, type MboBatch } from '../records/mbo';
import { DEFAULT_SETTINGS, settingsFor } from '../settings';
import { momentsOf } from '../statistics/moments';
import { futureId } from './files/definitions';

export interface MarketFigures {
  readonly sessions: number;
  /** Touches a session of all levels, all attempts. */
  readonly touches: number;
  /** Shares of the outcomes within the primary horizon. */
  readonly breaks: number;
  readonly rejects: number;
  readonly chops: number;
  /**
   * Share of BREAK among the decided, less what it is where price is a martingale: (barrier + distance) / (2 barriers), the distance
   * being that of the touch beyond the level.
   */
  readonly breakBias: number;
  /** Variance of returns over 15 minutes, over 15 times that of a minute (A. Lo and C. MacKinlay, 1988). */
  readonly varianceRatio: number;
  /** Of the realised volatility of sessions: standard deviation over mean, and correlation with the session before. */
  readonly volatilityVariation: number;
  readonly volatilityPersistence: number;
  /** Correlation of the absolute returns of two minutes half an hour apart. */
  readonly absoluteReturnPersistence: number;
  /** Share of CHOP by the volatility of the half hour before the touch, calmest fifth of touches first. */
  readonly chopsByVolatility: readonly number[];
  /** Variance of the price, square ticks a second. */
  readonly variance: number;
}

/**
 * ES, the 74 whole sessions of 2025-07-28 to 2025-12-02 in one-minute bars, each taken to go from its open to the extreme away from its
 * close, to the other extreme, to its close.
 */
export const REAL_ES: MarketFigures = {
  sessions: 74,
  touches: 24.36,
  breaks: 0.336,
  rejects: 0.422,
  chops: 0.242,
  breakBias: -0.013,
  varianceRatio: 0.933,
  volatilityVariation: 0.472,
  volatilityPersistence: 0.544,
  absoluteReturnPersistence: 0.284,
  chopsByVolatility: [0.557, 0.411, 0.166, 0.067, 0.011],
  variance: 1.2135,
};

const RATIO_MINUTES = 15;
const PERSISTENCE_MINUTES = 30;
const VOLATILITY_MINUTES = 30;
const FIFTHS = 5;
const COVERED: Coverage = { gapIn: () => null };

interface Touch {
  outcome: Outcome['outcome'];
  /** Share of BREAK among decided touches like it, were price a martingale. */
  expected: number;
  /** Mean square of the returns before it; NaN where there are none. */
  volatility: number;
}

/** The session under observation. */
interface Session extends DateFrame {
  levels: LevelTracker;
  episodes: EpisodeTracker;
  instrumentId: number;
  /** Last price of each minute since the pre-market began, ticks. */
  closes: number[];
}

export class MarketObserver {
  private session: Session | null = null;
  private readonly touches: Touch[] = [];
  /** Closes of the regular minutes, by session. */
  private readonly days: number[][] = [];

  constructor(private readonly product: Product) {}

  /** Begins a trade date. */
  begin(tradeDate: string): void {
    const frame = dateFrame(this.product, tradeDate);
    const { clock } = frame;
    const settings = settingsFor(DEFAULT_SETTINGS, this.product);
    const levels = new LevelTracker({
      clock,
      product: this.product,
      settings: settings.levels,
      coverage: COVERED,
    });
    const contract = frontContract(this.product, tradeDate);
    const episodes = new EpisodeTracker({
      contract: contract.symbol,
      clock,
      levels: levels.levels,
      settings: settings.episodes,
    });
    this.session = { ...frame, levels, episodes, instrumentId: futureId(contract), closes: [] };
  }

  /** Counts the trades of the date's front contract. */
  records(batch: MboBatch): void {
    const { instrumentId, origin } = this.session!;
    const tick = this.product.tickNanos;
    for (let i = 0; i < batch.length; i++)
      if (
        batch.action[i] === Action.Trade &&
        batch.instrumentId[i] === instrumentId &&
        !(batch.flags[i] & Flag.Snapshot)
      )
        this.trade(origin.offset(batch.tsEventWords, i), Number(batch.price[i]) / tick);
  }

  /**
   * Counts a trade, of which those before the pre-market make no difference.
   * @param t ns since the start of the date's window
   * @param price ticks
   */
  trade(t: number, price: number): void {
    const { levels, episodes, closes, clock } = this.session!;
    if (t < clock.premarketStart || t >= clock.rthClose) return;
    const tick = { t, recv: t, price };
    levels.push(tick);
    episodes.push(tick);
    const minute = Math.floor((t - clock.premarketStart) / NS_PER_MINUTE);
    while (closes.length < minute) closes.push(closes.length > 0 ? closes[closes.length - 1] : price);
    closes[minute] = price;
  }

  /** Ends the trade date. */
  end(): void {
    const { clock, closes, episodes } = this.session!;
    this.session = null;
    episodes.advanceTo(clock.rthClose);
    episodes.finish();
    const begun = new Map<string, Episode>();
    for (const event of episodes.take())
      if (event.kind === 'episode') begun.set(event.episode.id, event.episode);
      else if (event.kind === 'outcome' && event.outcome.primary)
        this.touches.push(
          this.touchOf(begun.get(event.outcome.episodeId)!, event.outcome, clock.premarketStart, closes),
        );
    const before = Math.round((clock.rthOpen - clock.premarketStart) / NS_PER_MINUTE);
    this.days.push(closes.slice(before));
  }

  private touchOf(episode: Episode, { outcome }: Outcome, from: number, closes: number[]): Touch {
    const { barrierTicks } = settingsFor(DEFAULT_SETTINGS, this.product).episodes;
    const beyond = (episode.touchPrice - episode.levelPrice) * (episode.direction === 'UP' ? 1 : -1);
    const minute = Math.floor((episode.touchAt - from) / NS_PER_MINUTE);
    const before = changes(closes.slice(Math.max(0, minute - VOLATILITY_MINUTES - 1), minute), 1);
    return {
      outcome,
      expected: (barrierTicks + beyond) / (2 * barrierTicks),
      volatility: meanOf(before.map((change) => change * change)),
    };
  }

  /** What was seen so far. NaN where there is too little of it. */
  figures(): MarketFigures {
    const { days, touches } = this;
    const ended = touches.filter(({ outcome }) => outcome !== null);
    const share = (outcome: Outcome['outcome'], of = ended) =>
      meanOf(of.map((touch) => (touch.outcome === outcome ? 1 : 0)));
    const decided = ended.filter(({ outcome }) => outcome !== 'CHOP');
    const volatilities = days.map((closes) => Math.sqrt(sumOfSquares(changes(closes, 1))));
    const { mean, deviation } = momentsOf(volatilities, 'n - 1');
    const minutes = days.flatMap((closes) => changes(closes, 1));
    const quarters = days.flatMap((closes) => changes(closes, RATIO_MINUTES));
    const variance = meanSquare(minutes);
    const ranked = ended.sort((a, b) => a.volatility - b.volatility);
    const fifth = (k: number) => Math.round((k * ranked.length) / FIFTHS);
    return {
      sessions: days.length,
      touches: touches.length / days.length,
      breaks: share('BREAK'),
      rejects: share('REJECT'),
      chops: share('CHOP'),
      breakBias: share('BREAK', decided) - meanOf(decided.map(({ expected }) => expected)),
      varianceRatio: meanSquare(quarters) / (RATIO_MINUTES * variance),
      volatilityVariation: deviation / mean,
      volatilityPersistence: correlation(volatilities.slice(0, -1), volatilities.slice(1)),
      absoluteReturnPersistence: persistenceOf(days),
      chopsByVolatility: [0, 1, 2, 3, 4].map((k) => share('CHOP', ranked.slice(fifth(k), fifth(k + 1)))),
      variance: variance / 60,
    };
  }
}

/** Changes over `minutes`, every minute anew. */
function changes(closes: readonly number[], minutes: number): number[] {
  return closes.slice(minutes).map((close, k) => close - closes[k]);
}

function persistenceOf(days: readonly (readonly number[])[]): number {
  const earlier: number[] = [];
  const later: number[] = [];
  for (const closes of days) {
    const sizes = changes(closes, 1).map(Math.abs);
    for (let k = PERSISTENCE_MINUTES; k < sizes.length; k++) {
      earlier.push(sizes[k - PERSISTENCE_MINUTES]);
      later.push(sizes[k]);
    }
  }
  return correlation(earlier, later);
}

const sumOfSquares = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);
const meanSquare = (values: readonly number[]) => sumOfSquares(values) / values.length;
const meanOf = (values: readonly number[]) => momentsOf(values, 'n').mean;

function correlation(a: readonly number[], b: readonly number[]): number {
  const [first, second] = [momentsOf(a, 'n'), momentsOf(b, 'n')];
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] - first.mean) * (b[k] - second.mean);
  return sum / a.length / (first.deviation * second.deviation);
}
