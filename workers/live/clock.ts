/** ns UTC, as exact as the machine's clock tells. */
export const nowNs = (): bigint =>
  BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
