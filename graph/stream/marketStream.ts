/**
 * One feed with several contracts and the options on them, as a live worker gets it: every record goes to the sessions it concerns.
 * Records come in the order of capture; at one instant those of futures before those of options.
 */
import { concerns, type Belonging } from '../options/concern';
import type { OptionRecord } from '../options/inputs';
import type { DefinitionRow } from '../records/definitionsTable';
import type { MboBatch } from '../records/mbo';
import type { OptionTradeRow } from '../records/optionTradesTable';
import type { StatisticRow } from '../records/statisticsTable';
import type { StateReader, StateWriter } from '../state/codec';
import type { Operator } from '../state/operator';
import type { DateFrame } from '../products/dateFrame';
import type { SessionFrame } from '../session/inputs';
import type { OpenedOperator, SessionEvent } from '../session/operators';
import { definitionRecord, optionTradeRecord, statisticRecord } from '../session/optionRecords';

export type MarketInput =
  /** Records of any instruments; the batch is valid during the call only. */
  | { readonly kind: 'records'; readonly batch: MboBatch; readonly from: number; readonly to: number }
  | { readonly kind: 'definition'; readonly row: DefinitionRow & Belonging }
  | { readonly kind: 'statistic'; readonly row: StatisticRow }
  | { readonly kind: 'optionTrade'; readonly row: OptionTradeRow }
  /** The input ends here, for all sessions. */
  | { readonly kind: 'end' };

/** An event of a session, with its contract. */
export interface MarketEvent {
  readonly contract: string;
  readonly event: SessionEvent;
}

/** A session in the stream: from Bronze a `SessionGraph`, from raw records a `RawSession`. */
interface MarketSession extends OpenedOperator {
  readonly frame: SessionFrame;
  end(): SessionEvent[];
}

export class MarketStream implements Operator<MarketInput, MarketEvent> {
  private readonly sessions: readonly MarketSession[];
  /** Sessions by instrument id: of futures, and of other instruments of the options feed. */
  private readonly futures = new Map<number, MarketSession>();
  private readonly options = new Map<number, readonly MarketSession[]>();
  private ended: MarketEvent[] = [];

  /** @param sessions one a contract */
  constructor(sessions: Iterable<MarketSession>) {
    this.sessions = [...sessions];
  }

  /** Assigns the records of an instrument to a contract from now on; those of instruments without a contract are ignored. */
  map(instrumentId: number, contract: string): void {
    const session = this.sessions.find(({ frame }) => frame.contract === contract);
    if (session) this.futures.set(instrumentId, session);
    else this.futures.delete(instrumentId);
  }

  push(input: MarketInput): void {
    switch (input.kind) {
      case 'records':
        return this.pushRecords(input.batch, input.from, input.to);
      case 'definition':
        return this.define(input.row);
      case 'statistic':
        return this.pushOption(input.row, () => statisticRecord(input.row));
      case 'optionTrade':
        return this.pushOption(input.row, (frame) => optionTradeRecord(input.row, frame));
      case 'end':
        this.ended = this.sessions.flatMap((session) => tagged(session, session.end()));
    }
  }

  /** @param t ns since the origin of the sessions, which are all of one trade date */
  advanceTo(t: number): void {
    for (const session of this.sessions) session.advanceTo(t);
  }

  take(): MarketEvent[] {
    const { ended } = this;
    this.ended = [];
    return [...this.sessions.flatMap((session) => tagged(session, session.take())), ...ended];
  }

  save(out: StateWriter): void {
    out.section('market', 1);
    out.unsigned(this.futures.size);
    for (const [id, session] of this.futures) this.write(out, id, [session]);
    out.unsigned(this.options.size);
    for (const [id, sessions] of this.options) this.write(out, id, sessions);
    for (const session of this.sessions) session.save(out);
  }

  restore(from: StateReader): void {
    from.section('market', 1);
    for (let left = from.unsigned(); left > 0; left--) {
      const [id, [session]] = this.read(from);
      this.futures.set(id, session);
    }
    for (let left = from.unsigned(); left > 0; left--) this.options.set(...this.read(from));
    for (const session of this.sessions) session.restore(from);
  }

  /** Runs of records of one instrument go on together. */
  private pushRecords(batch: MboBatch, from: number, to: number): void {
    for (let at = from; at < to;) {
      const id = batch.instrumentId[at];
      let end = at + 1;
      while (end < to && batch.instrumentId[end] === id) end++;
      this.futures.get(id)?.push({ kind: 'records', batch, from: at, to: end });
      at = end;
    }
  }

  /** A definition of another day says nothing of this one's options. */
  private define(row: DefinitionRow & Belonging): void {
    const concerned = this.sessions.filter(
      ({ frame }) => concerns(row, frame.product) && isWithin(frame, row.tsRecv),
    );
    if (concerned.length === 0) return;
    this.options.set(row.instrumentId, concerned);
    this.pushOption(row, (frame) => definitionRecord(row, frame));
  }

  private pushOption(
    { instrumentId, tsRecv }: { instrumentId: number; tsRecv: bigint },
    recordFor: (frame: DateFrame) => OptionRecord | null,
  ): void {
    for (const session of this.options.get(instrumentId) ?? []) {
      const record = isWithin(session.frame, tsRecv) ? recordFor(session.frame) : null;
      if (record) session.push({ kind: 'option', record });
    }
  }

  private write(out: StateWriter, id: number, sessions: readonly MarketSession[]): void {
    out.unsigned(id);
    out.unsigned(sessions.length);
    for (const session of sessions) out.unsigned(this.sessions.indexOf(session));
  }

  private read(from: StateReader): [id: number, sessions: MarketSession[]] {
    const id = from.unsigned();
    const sessions: MarketSession[] = [];
    for (let left = from.unsigned(); left > 0; left--)
      sessions.push(this.sessions[from.unsigned()] ?? from.fail(`one of ${this.sessions.length} sessions`));
    return [id, sessions];
  }
}

const isWithin = ({ clock: { session } }: DateFrame, tsRecv: bigint) =>
  tsRecv > session.window.start && tsRecv <= session.window.end;

const tagged = ({ frame: { contract } }: MarketSession, events: readonly SessionEvent[]): MarketEvent[] =>
  events.map((event) => ({ contract, event }));
