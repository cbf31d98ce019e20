import { useEffect, useState } from 'preact/hooks';
import type { ShownSession } from './session';

/** Draws anew with the frames, but no more often than eyes read figures. @param every ms */
export function useFrames(session: ShownSession, every = 100): void {
  const [, draw] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = session.frames.subscribe((frame) => {
      timer ??= setTimeout(() => {
        timer = undefined;
        draw(frame);
      }, every);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [session, every]);
}
