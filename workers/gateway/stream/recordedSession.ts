/**
 * A session of the lake on its way to screens: read once from Bronze through the operators of the graph, as it was captured, onto a tape;
 * its records are kept aside, so that every screen may play it back from any time on.
 */
import { previousDayOf } from '../../../activities/stages/inputs';
import { openingBookOf } from '../../../activities/stages/session';
import { SpymasterError } from '../../../graph/errors';
import { sessionOf } from '../../../graph/market/calendar';
import { bronzeMbo } from '../../../graph/records/mboTable';
import type { MboBatch } from '../../../graph/records/mbo';
import { Tape } from '../../../graph/screen/tape';
import { frameOf, type SessionInputs } from '../../../graph/session/inputs';
import type { SessionEvent } from '../../../graph/session/operators';
import type { FeatureSettings } from '../../../graph/settings';
import type { Lake } from '../../../lake/lake';
import type { Answers } from '../../live/answers';
import { BuiltSilver } from './builtSilver';
import { BuiltFindings, ComputedFindings } from './findings';
import { RecordSpool } from './recordSpool';

/** What has been found is told once in so much of the market's time, ns: a quarter of a second. */
const PIECE_NS = 250_000_000n;

export interface RecordedOptions {
  readonly lake: Lake;
  readonly features: FeatureSettings;
  readonly contract: string;
  /** ET, `YYYY-MM-DD`. */
  readonly tradeDate: string;
  /** Answers touches and approaches as of the session. */
  readonly answers: Pick<Answers, 'of'>;
}

export class RecordedSession {
  /** Resolves when all of it is on the tape. */
  readonly whole: Promise<void>;
  private isWhole = false;
  private readonly stop = new AbortController();
  private wake: (() => void)[] = [];

  private constructor(
    readonly tape: Tape,
    readonly spool: RecordSpool,
    /** Records of the session. */
    private readonly total: number,
    reading: (session: RecordedSession) => Promise<void>,
  ) {
    this.whole = reading(this).then(() => {
      this.isWhole = true;
      this.notify();
    });
    // Whoever plays it is told; nobody else need be.
    this.whole.catch(() => this.notify());
  }

  /**
   * Begins to read it.
   * @throws SpymasterError NoInput if the lake has no order messages of the date; BadArgument for what is no contract or trade date
   */
  static async open(options: RecordedOptions): Promise<RecordedSession> {
    const { lake, features, contract, tradeDate } = options;
    const { product } = lake.products.contractOf(contract, tradeDate);
    sessionOf(tradeDate, product);
    const key = { contract, trade_date: tradeDate };
    const mbo = lake.table(bronzeMbo);
    const total = (await mbo.snapshot()).partition(key)?.rows ?? 0;
    if (total === 0)
      throw new SpymasterError('NoInput', `The lake has no order messages of ${contract} on ${tradeDate}`, {
        expected: `\`./spymaster build --symbol ${product.root} --date ${tradeDate}\`, which reads its raw files`,
      });
    const inputs: SessionInputs = {
      contract,
      tradeDate,
      settings: features,
      openingBook: await openingBookOf(lake, key, new AbortController().signal),
      previousDay: await previousDayOf(lake, contract, tradeDate),
    };
    const tape = new Tape(frameOf(inputs));
    const spool = await RecordSpool.open();
    return new RecordedSession(tape, spool, total, (session) => session.read(options, inputs));
  }

  /** What part of it is on the tape. */
  get progress(): number {
    return this.isWhole ? 1 : this.spool.length / this.total;
  }

  /** Capture time up to which it can be played, ns since the origin; NaN before the first record. */
  get end(): number {
    return this.tape.at;
  }

  /** Resolves when more of it is on the tape, or all; @throws whatever keeps it from being read */
  async more(): Promise<void> {
    if (this.isWhole) return;
    await Promise.race([this.whole, new Promise<void>((resolve) => this.wake.push(resolve))]);
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.whole.catch(() => undefined);
    await this.spool.close();
  }

  private async read({ lake, features, answers }: RecordedOptions, inputs: SessionInputs): Promise<void> {
    const { tape, spool } = this;
    const { signal } = this.stop;
    const key = { contract: inputs.contract, trade_date: inputs.tradeDate };
    const built = await BuiltSilver.read(lake, tape.frame, features, signal);
    const found = built
      ? new BuiltFindings(inputs, built)
      : await ComputedFindings.begin(lake, inputs, signal);
    await lake.table(bronzeMbo).readMbo(
      key,
      async (batch) => {
        await spool.append(batch);
        for (const [from, to] of pieces(batch)) {
          tape.records(batch, from, to);
          await this.note(found.of(batch, from, to, tape.view.eventAt), answers);
        }
        this.notify();
      },
      { signal },
    );
    await this.note(found.end(), answers);
  }

  private async note(events: readonly SessionEvent[], answers: Pick<Answers, 'of'>): Promise<void> {
    const { tape } = this;
    tape.events(events);
    for (const event of events)
      if (event.kind === 'vector' || event.kind === 'approach_vector')
        tape.answer(await answers.of(event, tape.frame, tape.frame.origin.absolute(tape.at)));
  }

  private notify(): void {
    for (const wake of this.wake.splice(0)) wake();
  }
}

/** Rows of a batch in pieces of so much time. */
function* pieces(batch: MboBatch): Generator<readonly [from: number, to: number]> {
  let from = 0;
  for (let i = 1; i < batch.length; i++)
    if (batch.tsRecv[i] - batch.tsRecv[from] >= PIECE_NS) {
      yield [from, i];
      from = i;
    }
  if (from < batch.length) yield [from, batch.length];
}
