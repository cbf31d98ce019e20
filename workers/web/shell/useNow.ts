import { useEffect, useState } from 'preact/hooks';

/** The present time, ms since 1970, kept up to date. @param every ms */
export function useNow(every: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
