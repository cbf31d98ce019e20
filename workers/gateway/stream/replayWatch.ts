/** One screen that plays a recorded session back: plays, pauses, seeks, steps from touch to touch. */
import { encodeFrame } from '../../../graph/screen/marketFrame';
import type { MessageOf, ScreenRequest } from '../../../graph/screen/messages';
import type { Outlet, Watch } from './outlet';
import { Playback } from './playback';
import type { RecordedSession } from './recordedSession';
import { helloOf, summaryOf } from './told';

/** Time between frames. */
const FRAME_MS = 50;
const STATUS_MS = 500;
const NS_PER_MS = 1_000_000;

export type ReplayRequest = Extract<ScreenRequest, { do: 'play' | 'pause' | 'seek' | 'step' }>;

export class ReplayWatch implements Watch {
  private readonly playback: Playback;
  private speed = 1;
  private playing = false;
  private number = 0;
  private wholeNext = true;
  /** A frame was left out, and none has been shown since. */
  private behind = false;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;
  private lastTick = 0;
  private toldStatus = -Infinity;
  /** Requests and ticks, one after the other. */
  private work: Promise<void> = Promise.resolve();

  /** @param at where to begin, ns since the origin; without, at the RTH open */
  constructor(
    private readonly session: RecordedSession,
    private readonly outlet: Outlet,
    private readonly at: number | undefined,
    private readonly onEnd: () => void,
  ) {
    this.playback = new Playback(session);
  }

  begin(): Promise<void> {
    return this.enqueue(async () => {
      await this.seek(this.at ?? this.session.tape.frame.clock.rthOpen);
      if (!this.ended) this.timer = setInterval(() => this.tick(), FRAME_MS);
    });
  }

  /** @returns when it is done */
  request(request: ReplayRequest): Promise<void> {
    return this.enqueue(async () => {
      if (request.do === 'play') {
        this.speed = request.speed;
        this.playing = true;
        this.lastTick = performance.now();
      } else if (request.do === 'pause') this.playing = false;
      else if (request.do === 'seek') await this.seek(request.at);
      else {
        const at = request.to === 'next' ? await this.nextTouch() : this.playback.touch('previous');
        if (at !== undefined) await this.seek(at);
      }
      this.tellStatus();
    });
  }

  whole(): void {
    this.wholeNext = true;
  }

  depth(from: number, to: number, seconds: number): void {
    const { session, playback, outlet } = this;
    outlet.frame(session.tape.depth.encode(from, Math.min(to, playback.at), seconds), 'depth');
  }

  async end(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    clearInterval(this.timer);
    await this.work;
    this.onEnd();
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.work.then(async () => {
      if (!this.ended) await work();
    });
    this.work = done.catch(() => undefined);
    return done;
  }

  /** It may have to be read first. */
  private async nextTouch(): Promise<number | undefined> {
    const { session, playback } = this;
    while (playback.touch('next') === undefined && session.progress < 1) {
      this.tellStatus();
      await session.more();
    }
    return playback.touch('next');
  }

  /** @param time where that lies before the session, to its beginning; behind it, to its end */
  private async seek(time: number): Promise<void> {
    const { session, playback, outlet } = this;
    const to = Math.max(time, session.tape.frame.clock.windowStart);
    while (!(session.end >= to) && session.progress < 1) {
      this.tellStatus();
      await session.more();
    }
    await playback.seek(Math.min(to, session.end));
    // The screen begins anew: it may know what comes after that time.
    outlet.message(helloOf(session.tape.frame, 'replay'));
    for (const message of summaryOf(session.tape.knownBy(playback.at))) outlet.message(message);
    outlet.message({ kind: 'ready', at: playback.at });
    this.lastTick = performance.now();
    this.wholeNext = true;
    this.show();
    this.tellStatus();
  }

  private tick(): void {
    void this.enqueue(async () => {
      const now = performance.now();
      const passed = now - this.lastTick;
      this.lastTick = now;
      if (this.playing && this.playback.at < this.session.end) {
        const to = this.playback.at + passed * NS_PER_MS * this.speed;
        await this.playback.advance(Math.min(to, this.session.end));
        for (const message of summaryOf(this.playback.news())) this.outlet.message(message);
        this.show();
      } else if (this.wholeNext || this.behind) this.show();
      if (now - this.toldStatus >= STATUS_MS) this.tellStatus();
    });
  }

  /** The screen is shown what has changed, unless it is still busy with what was before: then all of it comes later, at once. */
  private show(): void {
    const { outlet, playback } = this;
    this.behind = outlet.isBusy;
    if (this.behind) return outlet.leftOut();
    const { view } = playback;
    const whole = this.wholeNext || view.replaced;
    outlet.frame(encodeFrame(view, this.number++, whole), whole ? 'whole' : 'changes');
    view.taken();
    this.wholeNext = false;
  }

  private tellStatus(): void {
    this.toldStatus = performance.now();
    this.outlet.message(this.status());
  }

  private status(): MessageOf<'status'> {
    const { session, playback, playing, speed } = this;
    const { progress, end } = session;
    const atEnd = progress === 1 && playback.at >= end;
    return {
      kind: 'status',
      state: playback.at === -Infinity ? 'preparing' : atEnd ? 'ended' : playing ? 'playing' : 'paused',
      at: Number.isFinite(playback.at) ? playback.at : null,
      end: Number.isNaN(end) ? null : end,
      speed,
      lagMs: null,
      quietMs: null,
      progress,
      detail: null,
    };
  }
}
