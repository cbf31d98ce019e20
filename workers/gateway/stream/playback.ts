/** A recorded session as one screen plays it: the market as of a time of its own, and what was known by then. */
import { NS_PER_SECOND } from '../../../graph/market/time';
import type { MboBatch } from '../../../graph/records/mbo';
import { MarketView } from '../../../graph/screen/marketView';
import type { LogEntry } from '../../../graph/screen/tape';
import { restoreState } from '../../../graph/state/blob';
import type { RecordedSession } from './recordedSession';

export class Playback {
  /** Capture time that is shown, ns since the origin. */
  at = -Infinity;
  view: MarketView;
  private row = 0;
  private told = 0;
  private chunk: { batch: MboBatch; first: number } | undefined;

  constructor(private readonly session: RecordedSession) {
    this.view = this.newView();
  }

  /** Shows the market as of a time of capture, which must be on the tape. */
  async seek(at: number): Promise<void> {
    const { records, state } = this.session.tape.checkpointBefore(at);
    this.view = this.newView();
    restoreState(this.view, state);
    this.row = records;
    this.chunk = undefined;
    this.at = -Infinity;
    await this.advance(at);
    this.told = this.session.tape.countBy(at);
  }

  /** Plays on to a time of capture, or to where the tape ends now. */
  async advance(to: number): Promise<void> {
    const { spool } = this.session;
    while (this.row < spool.length) {
      const { batch, at } = await this.rowsFrom(this.row);
      const end = this.endOf(batch, at, to);
      this.view.push(batch, at, end);
      this.row += end - at;
      if (end < batch.length) break;
    }
    this.at = Math.max(this.at, to);
  }

  /** What has become known since it was last asked. */
  news(): readonly LogEntry[] {
    const { tape } = this.session;
    const known = tape.countBy(this.at);
    const news = tape.log.slice(this.told, known);
    this.told = Math.max(known, this.told);
    return news;
  }

  /** The touch after the time that is shown, or the one before; a little before it, so that it is seen to come. */
  touch(which: 'next' | 'previous'): number | undefined {
    const touches = this.session.tape.log.flatMap(({ message }) =>
      message.kind === 'episode' ? message.touchAt - LEAD_NS : [],
    );
    return which === 'next'
      ? touches.find((touch) => touch > this.at + NS_PER_SECOND)
      : touches.findLast((touch) => touch < this.at - NS_PER_SECOND);
  }

  private newView(): MarketView {
    const { origin, product } = this.session.tape.frame;
    return new MarketView({ tickNanos: product.tickNanos, origin });
  }

  private async rowsFrom(row: number): Promise<{ batch: MboBatch; at: number }> {
    const { chunk } = this;
    if (chunk && row >= chunk.first && row < chunk.first + chunk.batch.length)
      return { batch: chunk.batch, at: row - chunk.first };
    const read = await this.session.spool.read(row);
    this.chunk = { batch: read.batch, first: row - read.at };
    return read;
  }

  /** The first row of a batch that was captured after a time. */
  private endOf(batch: MboBatch, from: number, to: number): number {
    const { origin } = this.session.tape.frame;
    let end = from;
    while (end < batch.length && origin.offset(batch.tsRecvWords, end) <= to) end++;
    return end;
  }
}

const LEAD_NS = 5 * NS_PER_SECOND;
