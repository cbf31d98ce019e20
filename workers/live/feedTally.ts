/** What became of the packets of a contract, and what that says of the data. */
import type { Packet } from '../../graph/feed/packet';
import type { CheckResult } from '../../graph/quality/checks';
import { feedChecks, type FeedGap } from '../../graph/quality/feedChecks';
import type { StateReader, StateWriter } from '../../graph/state/codec';
import type { Stateful } from '../../graph/state/operator';
import type { OptionCounts } from './optionsProgress';

/** What became of the packets so far. */
export interface FeedCounts {
  packets: number;
  records: number;
  /** Sent more than once by the feed, and left out. */
  duplicates: number;
  /** Records that a feed that was started anew sent again: left out as well. */
  repeated: number;
  /** Packets that never came, and gaps the feed told of. */
  missing: number;
  /** Events and records that could not be read: they are in the dead letters. */
  unreadable: number;
  /** Records that were followed without the options, which did not come. */
  withoutOptions: number;
}

export class FeedTally implements Stateful {
  readonly counts: FeedCounts = {
    packets: 0,
    records: 0,
    duplicates: 0,
    repeated: 0,
    missing: 0,
    unreadable: 0,
    withoutOptions: 0,
  };
  private readonly datasetsSeen = new Set<string>();
  private gaps = 0;
  private longest: FeedGap | undefined;

  /** Datasets whose records have come. */
  get datasets(): string[] {
    return [...this.datasetsSeen];
  }

  /** @param apart whether they are followed without the options */
  noteRecords({ count, dataset }: Packet, apart: boolean): void {
    this.counts.records += count;
    if (apart) this.counts.withoutOptions += count;
    this.datasetsSeen.add(dataset);
  }

  /** The feed has told of a gap. */
  noteGap({ firstTsRecv: from, lastTsRecv: to, reason }: Packet): void {
    this.counts.missing++;
    this.gaps++;
    if (!this.longest || to - from > this.longest.to - this.longest.from) this.longest = { from, to, reason };
  }

  /** What is found about the data, with what came about options. */
  checks({ late, unreadable: ofOptions, missed }: OptionCounts): CheckResult[] {
    const { gaps, longest } = this;
    const { packets, missing, unreadable, withoutOptions } = this.counts;
    return feedChecks({
      packets,
      missing: missing - gaps + missed,
      gaps,
      longest,
      unreadable: unreadable + ofOptions,
      withoutOptions,
      lateOptions: late,
    });
  }

  save(out: StateWriter): void {
    const { packets, records, duplicates, repeated, missing, unreadable, withoutOptions } = this.counts;
    out.section('feed tally', 1);
    out.doubles([packets, records, duplicates, repeated, missing, unreadable, withoutOptions]);
    out.unsigned(this.gaps);
    out.boolean(this.longest !== undefined);
    if (this.longest) {
      out.signed(this.longest.from);
      out.signed(this.longest.to);
      out.text(this.longest.reason);
    }
    out.text(this.datasets.join(','));
  }

  restore(from: StateReader): void {
    from.section('feed tally', 1);
    const [packets, records, duplicates, repeated, missing, unreadable, withoutOptions] = from.doubles(7);
    const counts = { packets, records, duplicates, repeated, missing, unreadable, withoutOptions };
    Object.assign(this.counts, counts);
    this.gaps = from.unsigned();
    this.longest = from.boolean()
      ? { from: from.signed(), to: from.signed(), reason: from.text() }
      : undefined;
    const datasets = from.text();
    for (const dataset of datasets === '' ? [] : datasets.split(',')) this.datasetsSeen.add(dataset);
  }
}
