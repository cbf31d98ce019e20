/** The value that a share of the values is at most, in whatever order they are; NaN of none. */
export const quantile = (values: ArrayLike<number>, share: number): number =>
  Float64Array.from(values).sort()[Math.floor(share * (values.length - 1))] ?? NaN;
