/** How much the benches do. */

/** `--smoke`: each only shows that it still runs, with little to do and beside nobody. Its figures say nothing. */
export const SMOKE = process.argv.includes('--smoke');

/** @param measured what is worth measuring; @param smoke what is enough to run through */
export const sized = (measured: number, smoke: number): number => (SMOKE ? smoke : measured);
