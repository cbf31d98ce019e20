/** Where what is shown goes: one screen, which may be slower than the market. */
import type { ScreenMessage } from '../../../graph/screen/messages';

export type FrameKind = 'whole' | 'changes' | 'depth';

export interface Outlet {
  message(message: ScreenMessage): void;
  frame(bytes: Uint8Array<ArrayBuffer>, kind: FrameKind): void;
  /** Told that a frame was left out because it is busy. */
  leftOut(): void;
  /** Whether what was sent before is still on its way: then frames are better left out, and the whole is sent later. */
  readonly isBusy: boolean;
}

/** Something a screen watches. */
export interface Watch {
  /** What a screen needs before all else, up to now; then whatever is new. */
  begin(): Promise<void> | void;
  /** How depth lay, up to what is shown; ns since the origin. */
  depth(from: number, to: number, seconds: number): void;
  /** Frames were missed: the whole market is sent next. */
  whole(): void;
  end(): Promise<void> | void;
}
