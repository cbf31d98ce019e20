/**
 * A session as a live worker follows it, from raw records: what is kept of its window drives the operators at once, and is handed to
 * whoever captures Bronze; what came before the window makes the opening book; what cannot be used is handed over with its reason.
 * Batch does the same in two steps, with Bronze in the lake between them.
 */
import type { OrderBook } from '../book/orderBook';
import type { Computation } from '../catalog/datasetGraph';
import { bronzeChecks } from '../quality/checks';
import { frameOf, type SessionFrame, type SessionInputs } from '../session/inputs';
import type { OpenedOperator, SessionEvent, SessionInput } from '../session/operators';
import { pushMerged, type OptionFeed } from '../session/optionReplay';
import { SessionFilter, type SessionFilterSink } from '../session/sessionFilter';
import { saveState } from '../state/blob';
import type { StateReader, StateWriter } from '../state/codec';
import { SessionGraph } from './sessionGraph';

/** Whoever pushes records has sorted them by instrument. */
const EVERY = { has: () => true };
const NONE = { has: () => false };
const NO_OPTIONS: OptionFeed = { next: Infinity, pushUntil: () => {} };

export class RawSession implements OpenedOperator {
  readonly frame: SessionFrame;
  private readonly filter: SessionFilter;
  /** Opened by the first input of the window: only then the opening book is whole. */
  private graph: SessionGraph | undefined;
  /** Order messages of the contract so far. */
  private received = 0;
  private ended: SessionEvent[] = [];

  /**
   * @param inputs without an opening book it comes of the records before the window; with one these are in it
   * @param capture is given the records of the window as they come; batches are valid during the call only
   * @param options comes between the records, by time of capture
   * @throws SpymasterError BadArgument for an unknown product or a day that is no trade date
   */
  constructor(
    private readonly inputs: SessionInputs,
    private readonly computations: readonly Computation[],
    capture: SessionFilterSink,
    options: OptionFeed = NO_OPTIONS,
  ) {
    this.frame = frameOf(inputs);
    this.filter = new SessionFilter(this.frame, {
      keep: (batch, from, to) => {
        pushMerged(this.open(), batch, options, from, to);
        capture.keep(batch, from, to);
      },
      reject: (batch, i, reason, kept) => capture.reject(batch, i, reason, kept),
    });
    this.filter.begin(EVERY, NONE);
    if (inputs.openingBook) this.filter.openWith(inputs.openingBook);
  }

  /** The book before the first record of the window, as far as it has come; undefined where nothing came before. */
  get openingBook(): OrderBook | undefined {
    return this.filter.openingBook;
  }

  /** Whether anything of the window has come: then the opening book is whole. */
  get hasBegun(): boolean {
    return this.graph !== undefined;
  }

  /** @param input records of the contract alone, of any time; what is known of options, of the window alone */
  push(input: SessionInput): void {
    if (input.kind === 'records') {
      this.received += input.to - input.from;
      this.filter.push(input.batch, input.from, input.to);
    } else if (input.kind === 'end') this.ended = this.finish();
    else this.open().push(input);
  }

  advanceTo(t: number): void {
    this.graph?.advanceTo(t);
  }

  take(): SessionEvent[] {
    const { ended } = this;
    this.ended = [];
    return [...(this.graph?.take() ?? []), ...ended];
  }

  /** Ends the session, and takes all that is left. */
  end(): SessionEvent[] {
    this.push({ kind: 'end' });
    return this.take();
  }

  save(out: StateWriter): void {
    out.section('raw session', 1);
    out.text(this.name);
    out.unsigned(this.received);
    this.filter.save(out);
    out.boolean(this.graph !== undefined);
    this.graph?.save(out);
  }

  restore(from: StateReader): void {
    from.section('raw session', 1);
    if (from.text() !== this.name) from.fail(`the state of ${this.name}`);
    this.received = from.unsigned();
    this.filter.restore(from);
    this.graph = from.boolean() ? this.newGraph() : undefined;
    this.graph?.restore(from);
  }

  private get name(): string {
    const { contract, tradeDate } = this.frame;
    return `${contract} ${tradeDate}`;
  }

  private finish(): SessionEvent[] {
    const checks = bronzeChecks(this.filter.facts(this.received));
    return [...checks.map((check): SessionEvent => ({ kind: 'check', check })), ...this.open().end()];
  }

  private open(): SessionGraph {
    return (this.graph ??= this.newGraph());
  }

  private newGraph(): SessionGraph {
    const openingBook = this.openingBook && saveState(this.openingBook);
    return new SessionGraph({ ...this.inputs, openingBook }, this.computations);
  }
}
