/**
 * The name simulated files bear where those of a venue name its dataset: whoever reads one, years later and elsewhere, is told that no
 * market made it.
 */

/** The simulated venue. */
const VENUE = 'XSIM';

/** What a build's raw files are; a build of both is refused. */
export const DATA_KINDS = ['real', 'simulated', 'simulated and real'] as const;
export type DataKind = (typeof DATA_KINDS)[number];

/** The simulated twin of a dataset: `XSIM.MDP3` of `GLBX.MDP3`. As short as its own: metadata have room for 16 bytes. */
export const simulatedDataset = (dataset: string): string => {
  const feed = dataset.split('.').slice(1).join('.') || dataset;
  return `${VENUE}.${feed}`.slice(0, 16);
};

export const isSimulated = (dataset: string): boolean => dataset.startsWith(`${VENUE}.`);

/** What files of these datasets are together. */
export function dataKind(datasets: readonly string[]): DataKind {
  const simulated = datasets.filter(isSimulated).length;
  if (simulated === 0) return 'real';
  return simulated === datasets.length ? 'simulated' : 'simulated and real';
}
