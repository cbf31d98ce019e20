/** What screens watch: the markets of the hub, each followed once for all screens, and sessions of the lake, each read once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openIndex } from '../../../activities/precedents/openIndex';
import { SpymasterError } from '../../../graph/errors';
import { bronzeMbo } from '../../../graph/records/mboTable';
import { withLevels } from '../../../graph/levels/chosenLevels';
import type { Alert } from '../../../graph/screen/alert';
import type { ProcessesAnswer } from '../../../graph/api/processes';
import type { FeatureSettings } from '../../../graph/settings';
import { DEFAULT_GROUP } from '../../../infra/eventhubs/hubs';
import { readChosenLevels } from '../../../lake/chosenLevels';
import type { Lake } from '../../../lake/lake';
import { openConsumer, type HubsConnection } from '../../eventHubs/clients';
import { hubFailure } from '../../eventHubs/sdkError';
import { RESULTS_HUB } from '../../live/announcements';
import { answered, Answers } from '../../live/answers';
import { RAW_HUB } from '../../live/hubLetters';
import { LiveMetrics } from '../../live/liveMetrics';
import type { AlertDesk } from '../alerts/alertDesk';
import type { GatewayMetrics } from '../gatewayMetrics';
import { contractsIn } from './hubContents';
import { LiveMarket } from './liveMarket';
import type { Outlet, Watch } from './outlet';
import { RecordedSession } from './recordedSession';
import { ReplayWatch } from './replayWatch';
import type { ScreenSources } from './screenSocket';

export interface ScreensOptions {
  readonly lake: Lake;
  readonly features: FeatureSettings;
  /** Of the event hubs; @throws SpymasterError StoreUnavailable where there are none */
  readonly connection: () => Promise<HubsConnection>;
  readonly desk: AlertDesk;
  readonly onFault: (error: unknown) => void;
  readonly metrics?: GatewayMetrics;
}

/** State of a market that no screen watches. */
const UNWATCHED = 'not watched';
const NO_HUBS = 'none answers: `./spymaster server` has them';

/** Before it is looked for markets anew that nobody watches, ms. */
const LOOK_EVERY_MS = 10_000;

/** Recorded sessions that are kept at most; beyond, those that nobody plays are closed, the longest unused first. */
const MOST_RECORDED = 4;

interface Held {
  readonly session: RecordedSession;
  /** Of its rows, and of the levels it is read with. */
  readonly version: string;
  screens: number;
}

/** What came of asking the hub for its markets. */
interface Asked {
  /** Why none can be followed; null where they can. */
  readonly problem: string | null;
  readonly contracts: readonly string[];
  /** What is wrong, where that is no mere absence. */
  readonly fault?: unknown;
}

const refused = (fault: unknown): Asked => ({
  problem: fault instanceof Error ? fault.message : String(fault),
  contracts: [],
  fault,
});

export class Screens implements ScreenSources {
  private readonly markets = new Map<string, LiveMarket>();
  /** By contract and date, the one used last at the end. */
  private readonly recorded = new Map<string, Promise<Held>>();
  private following: Promise<void> | undefined;
  /** Markets that are followed no more, until they have ended. */
  private leaving: Promise<unknown> = Promise.resolve();
  /** Why the hub cannot be asked which markets it has; null while it can. */
  private hubProblem: string | null = null;
  private readonly stop = new AbortController();

  constructor(private readonly options: ScreensOptions) {}

  async live(contract: string | undefined, outlet: Outlet): Promise<Watch> {
    return (await this.market(contract ?? (await this.newestContract()))).watch(outlet);
  }

  alerts(outlet: Outlet): Watch {
    this.followAll();
    return this.options.desk.watch(outlet);
  }

  /** How the hub is, and each market in it, followed or not: to ask has none followed. */
  async hub(): Promise<ProcessesAnswer['hub']> {
    // Where all are followed it is known already.
    const { problem, contracts } = this.following
      ? { problem: this.hubProblem, contracts: [] }
      : await this.contractsNow();
    const followed = [...this.markets.values()].map((market) => market.now());
    const others = contracts
      .filter((contract) => !this.markets.has(contract))
      .map((contract) => ({ contract, state: UNWATCHED, detail: null, at: null, lagMs: null }));
    return { problem, markets: [...followed, ...others] };
  }

  /** Follows every market of the hub from now on, those that come to be too, whether or not a screen watches it. */
  followAll(): void {
    this.following ??= this.lookForMarkets();
  }

  async replay(contract: string, date: string, outlet: Outlet, at: bigint | undefined): Promise<ReplayWatch> {
    const held = await this.hold(contract, date);
    held.screens++;
    const { origin } = held.session.tape.frame;
    const from = at === undefined ? undefined : Number(at - origin.ns);
    return new ReplayWatch(held.session, outlet, from, () => held.screens--);
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.following;
    await this.leaving;
    await Promise.all([...this.markets.values()].map((market) => market.close()));
    for (const one of this.recorded.values()) await (await one.catch(() => undefined))?.session.close();
  }

  private async market(contract: string): Promise<LiveMarket> {
    return this.markets.get(contract) ?? this.opened(contract, await this.options.connection());
  }

  private opened(contract: string, connection: HubsConnection): LiveMarket {
    const { lake, features, desk, onFault, metrics } = this.options;
    let market = this.markets.get(contract);
    if (!market) {
      const symbol = lake.products.parseSymbol(contract);
      if (symbol.kind !== 'outright')
        throw new SpymasterError('BadArgument', `${contract} is no contract`, { expected: 'such as ESH4' });
      const { product } = symbol;
      const consumer = openConsumer(DEFAULT_GROUP, connection, RAW_HUB);
      const results = openConsumer(DEFAULT_GROUP, connection, RESULTS_HUB);
      const onAlert = (alert: Alert) => desk.take(alert);
      market = new LiveMarket({
        lake,
        features,
        contract,
        product,
        consumer,
        results,
        onUnused: () => this.forget(contract),
        onAlert,
        onFault,
        metrics,
      });
      this.markets.set(contract, market);
    }
    return market;
  }

  private async lookForMarkets(): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      const before = this.hubProblem;
      const asked = await this.contractsNow();
      const following = asked.contracts.map((contract) => this.market(contract));
      const { problem, fault } = await Promise.all(following).then(() => asked, refused);
      this.hubProblem = problem;
      // What goes on being wrong is told of once.
      if (fault !== undefined && problem !== before && !signal.aborted) this.options.onFault(fault);
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Those in the hub; where it cannot be asked, why. Where there are no hubs yet there may be some later: that is no fault. */
  private async contractsNow(): Promise<Asked> {
    try {
      const hasHubs = await this.hasHubs();
      return { problem: hasHubs ? null : NO_HUBS, contracts: hasHubs ? await this.contracts() : [] };
    } catch (error) {
      return refused(error);
    }
  }

  private async hasHubs(): Promise<boolean> {
    return this.options.connection().then(Boolean, (error: unknown) => {
      if (error instanceof SpymasterError && error.retryable) return false;
      throw error;
    });
  }

  /** Those in the hub, with the newest first. */
  private async contracts(): Promise<string[]> {
    const consumer = openConsumer(DEFAULT_GROUP, await this.options.connection(), RAW_HUB);
    try {
      return await contractsIn(consumer, this.options.lake.products);
    } catch (error) {
      throw hubFailure(error) ?? error;
    } finally {
      await consumer.close();
    }
  }

  private async newestContract(): Promise<string> {
    const [newest] = await this.contracts();
    if (newest !== undefined) return newest;
    throw new SpymasterError('NoInput', 'No market is live: the hub mbo_raw is empty', {
      expected: '`./spymaster feed` or `./spymaster replay DATE` bring one there',
    });
  }

  /** A market that whoever asked for it has left before anything came of it: it is followed no more, until it is asked for again. */
  private forget(contract: string): void {
    const market = this.markets.get(contract);
    if (!market || this.stop.signal.aborted) return;
    this.markets.delete(contract);
    this.leaving = Promise.all([this.leaving, market.close().catch(this.options.onFault)]);
  }

  private async hold(contract: string, tradeDate: string): Promise<Held> {
    const key = `${contract} ${tradeDate}`;
    const { lake } = this.options;
    const chosen = await readChosenLevels(lake.store);
    const version = `${(await lake.table(bronzeMbo).snapshot()).version} ${chosen?.version ?? 0}`;
    const held = await this.recorded.get(key)?.catch(() => undefined);
    // Rows may have been added since, or other levels chosen: a session that is played goes on as it was.
    const opening = held && (held.version === version || held.screens > 0) ? held : undefined;
    const opened = opening
      ? Promise.resolve(opening)
      : this.open(contract, tradeDate, version, withLevels(this.options.features, chosen));
    this.recorded.delete(key);
    this.recorded.set(key, opened);
    if (held && !opening) await held.session.close();
    const found = await opened.catch((error: unknown) => {
      this.recorded.delete(key);
      throw error;
    });
    await this.forgetUnused();
    return found;
  }

  private async open(
    contract: string,
    tradeDate: string,
    version: string,
    features: FeatureSettings,
  ): Promise<Held> {
    const { lake } = this.options;
    const product = lake.products.contractOf(contract, tradeDate).product.root;
    const index = await answered(() => openIndex(lake, product, tradeDate, features));
    const answers = new Answers(EARLIER_ONLY, index, new LiveMetrics(contract));
    const session = await RecordedSession.open({ lake, features, contract, tradeDate, answers });
    return { session, version, screens: 0 };
  }

  private async forgetUnused(): Promise<void> {
    for (const [key, one] of this.recorded) {
      if (this.recorded.size <= MOST_RECORDED) return;
      const held = await one.catch(() => undefined);
      if (held && held.screens > 0) continue;
      this.recorded.delete(key);
      await held?.session.close();
    }
  }
}

/** Models and base rates of today know what came after a session of the past; precedents are of sessions before it. */
const EARLIER_ONLY = {
  problemsOf: () => [
    {
      row: 0,
      problem: { field: 'model', message: 'of today is not asked in a replay: it may know what came after' },
    },
  ],
  score: () => Promise.resolve([]),
};
