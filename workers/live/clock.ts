/** ms UTC as the machine's clock showed it when the process began, and what has passed since: never back. */
export const nowMs = (): number => performance.timeOrigin + performance.now();

/** The same in ns, as exact as the machine's clock tells. */
export const nowNs = (): bigint => BigInt(Math.round(nowMs() * 1000)) * 1000n;
