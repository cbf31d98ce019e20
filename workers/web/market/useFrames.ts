import { useEffect, useState } from 'preact/hooks';
import type { ShownSession } from './session';

/** Draws anew with the frames: with the first at once, then no more often than eyes read figures. @param every ms */
export function useFrames(session: ShownSession, every: number): void {
  const [, draw] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let drawnAt = -Infinity;
    const show = (frame: number) => {
      timer = undefined;
      drawnAt = performance.now();
      draw(frame);
    };
    const end = session.frames.subscribe((frame) => {
      if (timer !== undefined) return;
      const wait = drawnAt + every - performance.now();
      if (wait <= 0) show(frame);
      else timer = setTimeout(() => show(session.frames.get()), wait);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [session, every]);
}
