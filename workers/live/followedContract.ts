/** A contract-date that is followed: its session, what the hub brings of it, and where its results go. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ToldFollowing } from '../../activities/lineage/toldFollowing';
import { Scorer } from '../../activities/models/scorer';
import { openIndex } from '../../activities/precedents/openIndex';
import { previousDayOf } from '../../activities/stages/inputs';
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import { SpymasterError } from '../../graph/errors';
import { chainOf } from '../../graph/feed/instruments';
import { DEAD_LETTERS } from '../../graph/feed/packer';
import { Announcements } from './announcements';
import { Answers, opened } from './answers';
import { nowMs } from './clock';
import { followedLineage } from './followedLineage';
import type { Followed, FollowOptions } from './following';
import { RAW_HUB } from './hubLetters';
import type { HubReader } from './hubReader';
import type { Lane, LaneArrived } from './lane';
import { LiveMetrics } from './liveMetrics';
import { LiveSession } from './liveSession';
import { OptionsPatience } from './optionsPatience';
import { Persistence } from './persistence';
import { isPoison, type PlacedEvent, type PlacedPacket } from './placed';
import { TakenPlaces } from './takenPlaces';

/** Events behind which what became known is not looked for at each: more than a partition has in a moment of the busiest market. */
const BACKLOG = 200;
/** More records than this wait for no time to pass before they are written. */
const MOST_WAITING = 500_000;
/** At the latest, whether anything is told of a lane or not. */
const LOOK_AGAIN_MS = 1_000;
const NS_PER_MS = 1_000_000n;

interface Lanes {
  readonly contract: Lane;
  readonly options: Lane;
  readonly aside: Lane;
}

export class FollowedContract {
  private cutAt = performance.now();
  private takenOver = false;
  /** Packet that came last. */
  private latest: PlacedPacket | undefined;
  private lagMs: number | null = null;

  private constructor(
    private readonly options: FollowOptions,
    private readonly session: LiveSession,
    private readonly lanes: Lanes,
    private readonly metrics: LiveMetrics,
    private readonly taken: TakenPlaces,
    private readonly lineage: ToldFollowing,
    private readonly close: () => Promise<void>,
  ) {}

  /** @param hub is not read yet */
  static async open(options: FollowOptions, hub: HubReader): Promise<FollowedContract> {
    const { lake, features, connection, contract, tradeDate, run, again, overBuilt, tell } = options;
    const { product } = lake.products.contractOf(contract, tradeDate);
    const scorer = await opened(() => Scorer.open(lake, product.root, features));
    const metrics = new LiveMetrics(contract, options.registry);
    let announcements: Announcements | undefined;
    const taken = new TakenPlaces(options.checkpoints?.follow(() => hub.placeOf(contract)));
    let own = (): Promise<void> => Promise.resolve();
    const answered = () => announcements?.answered ?? 0;
    const lineage = followedLineage(options);
    const close = async () => {
      await taken.end();
      await announcements?.close();
      if (!('missing' in scorer)) await scorer.close();
    };
    try {
      const index = await opened(() => openIndex(lake, product.root, tradeDate, features));
      const answers = new Answers(scorer, index, metrics);
      const session = await LiveSession.open({
        lake,
        graph: DATASET_GRAPH,
        features,
        contract,
        tradeDate,
        previousDay: await previousDayOf(lake, contract, tradeDate),
        announcer: async (stream, requireOwn) => {
          own = requireOwn;
          const to = { connection, contract, stream, requireOwn };
          announcements = await Announcements.open(to, answers, (result) => {
            metrics.published(BigInt(result.latency.received));
            tell.result(result);
          });
          return announcements.announce;
        },
        kept: (seconds, upTo) => {
          metrics.kept(seconds);
          taken.keptUpTo(upTo);
          tell.kept?.(seconds);
          void lineage.kept();
        },
        persistence: new Persistence({
          signal: options.signal,
          unwritten: (error) => {
            metrics.unwritten();
            tell.unwritten?.(error);
          },
        }),
        run,
        again,
        overBuilt,
      });
      if (!session.isOver) await answers.warmUp(session.frame);
      const { contract: last, options: lastOption, aside } = session.beginnings;
      const since = new Date(Number(session.frame.clock.session.window.start / NS_PER_MS));
      const lanes = {
        contract: hub.contractLane(
          contract,
          last,
          () => own(),
          (error) => {
            metrics.unread();
            tell.unread?.(error);
          },
        ),
        options: hub.sharedLane(chainOf(product), lastOption, since),
        aside: hub.sharedLane(DEAD_LETTERS, aside, since),
      };
      if (session.isOver) endAll(lanes);
      else
        tell.begun({
          resumed: last >= 0,
          stream: session.stream,
          partition: hub.partitionOf(contract),
          answered: answered(),
        });
      metrics.begun(session.counts);
      if (!session.isOver) await lineage.begun(last >= 0);
      return new FollowedContract(options, session, lanes, metrics, taken, lineage, close);
    } catch (error) {
      await lineage.failed(error, options.signal);
      await close();
      throw error;
    }
  }

  /** @throws SpymasterError as `followContract` does */
  async follow(): Promise<Followed> {
    const { session, lanes, lineage } = this;
    const { signal } = this.options;
    const stop = () => endAll(lanes);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    try {
      if (session.isOver) return 'over';
      const over = await this.pump();
      if (over) await session.end();
      else await session.suspend();
      const how = over ? 'ended' : 'suspended';
      await lineage.ended(how, session.isTakenOver);
      return how;
    } catch (error) {
      await lineage.failed(error, signal);
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
      await this.close();
    }
  }

  /** Takes events until the session is over, or the lanes end. Returns whether it is over. */
  private async pump(): Promise<boolean> {
    const { session, lanes, options } = this;
    await this.takeOptions();
    for await (const arrived of lanes.contract.arrivals()) {
      const started = performance.now();
      let behind = arrived.events.length + arrived.waiting;
      for (const event of arrived.events) {
        behind--;
        if (!(await this.takeOptions(event))) return false;
        await session.take(event, behind > BACKLOG);
        this.taken.note(event);
        if (!isPoison(event)) this.latest = event;
        this.tellPoison(event);
        // Of a later date that was replayed before this one, packets may come first.
        if (session.hasBegun && this.isLater(event)) {
          this.tellProgress(arrived);
          return true;
        }
      }
      // What is waited for may all be of other contracts.
      if (arrived.waiting <= BACKLOG) session.look();
      this.takeAside();
      this.metrics.progress(session.counts, arrived, (performance.now() - started) / 1000);
      await this.afterwards(arrived);
      if (options.once && arrived.caughtUp && (await this.finish())) return true;
    }
    return false;
  }

  private tellProgress({ caughtUp, waiting, enqueuedAt }: LaneArrived): void {
    const { session, options } = this;
    if (enqueuedAt !== undefined) this.lagMs = Math.max(0, Math.round(nowMs() - enqueuedAt));
    options.tell.progress(session.counts, caughtUp, {
      position: session.position,
      behind: waiting,
      lagMs: this.lagMs,
      latest: this.latest,
    });
  }

  private isLater(event: PlacedEvent): boolean {
    return !isPoison(event) && event.packet.firstTsRecv > this.session.frame.clock.session.window.end;
  }

  /** Tells how it goes, and writes a part when it is time. */
  private async afterwards(arrived: LaneArrived): Promise<void> {
    const { session, lanes } = this;
    const { tell, partMs } = this.options;
    // A backlog comes without a pause: timers, heartbeats and sockets get their turn between its batches.
    await nextTurn();
    this.tellProgress(arrived);
    if (session.isTakenOver && !this.takenOver) tell.takenOver();
    this.takenOver = session.isTakenOver;
    const isFull = session.waiting > MOST_WAITING;
    // A part that takes its time to be written does not hold up the answers.
    if (!isFull && (session.isWriting || performance.now() - this.cutAt < partMs)) return;
    session.noteSeen({ options: lanes.options.seen, aside: lanes.aside.seen });
    await session.cut();
    this.cutAt = performance.now();
  }

  /**
   * Takes events about options as long as the session needs them before an event of the contract. Where they do not come in time, the
   * contract goes on without them until they have caught up.
   * @returns false if the lanes have ended
   */
  private async takeOptions(next?: PlacedEvent): Promise<boolean> {
    const { session, lanes, options } = this;
    if (session.isApart && hasCaughtUp(lanes.options, next)) await this.setApart(false);
    const patience = new OptionsPatience(lanes.options);
    while (session.needsOptions(next)) {
      const event = lanes.options.shift();
      if (event) {
        await this.takeOption(event);
        patience.renew();
        continue;
      }
      await lanes.options.changed(LOOK_AGAIN_MS);
      if (options.signal.aborted) return false;
      if (!patience.isOver) continue;
      if (await this.setApart(true)) break;
      if (patience.hasLastedLong)
        throw new SpymasterError('NoInput', `${RAW_HUB} has no more what a part of the session was made of`, {
          field: lanes.options.key,
          expected: '--again, which begins the session anew',
        });
    }
    return true;
  }

  private async takeOption(event: PlacedEvent): Promise<void> {
    await this.session.takeOption(event);
    this.tellPoison(event);
  }

  private async setApart(apart: boolean): Promise<boolean> {
    const is = await this.session.setApart(apart);
    if (is) this.options.tell.apart?.(apart);
    return is;
  }

  private takeAside(): void {
    for (let event = this.lanes.aside.shift(); event; event = this.lanes.aside.shift()) {
      this.session.takeAside(event);
      this.tellPoison(event);
    }
  }

  private tellPoison(event: PlacedEvent): void {
    if (!isPoison(event)) return;
    this.metrics.poisoned();
    this.options.tell.poisoned(event.sequence, event.fault);
  }

  /**
   * Takes all that is left in the hub.
   * @returns whether that is done; the session may be over then
   * @throws SpymasterError NoInput where there is nothing of the date
   */
  private async finish(): Promise<boolean> {
    const { session, lanes } = this;
    const { contract, tradeDate, signal } = this.options;
    if (!session.hasBegun)
      throw new SpymasterError('NoInput', `There is nothing of ${contract} on ${tradeDate} in ${RAW_HUB}`, {
        expected: '`./spymaster feed`, which brings it there',
      });
    while (!(lanes.options.isDry && lanes.aside.isDry)) {
      for (let event = lanes.options.shift(); event; event = lanes.options.shift())
        await this.takeOption(event);
      this.takeAside();
      if (signal.aborted) return false;
      await Promise.race([lanes.options.changed(LOOK_AGAIN_MS), lanes.aside.changed(LOOK_AGAIN_MS)]);
    }
    return true;
  }
}

/** Whether all has come of the options that an event of the contract says was before it. */
function hasCaughtUp({ newest }: Lane, next: PlacedEvent | undefined): boolean {
  if (!newest || !next || isPoison(next)) return false;
  const { run, optionsBefore } = next.packet;
  const { packet } = newest;
  return packet.run > run || (packet.run === run && packet.number + 1 >= optionsBefore);
}

function endAll(lanes: Lanes): void {
  for (const lane of Object.values(lanes)) (lane as Lane).end();
}
