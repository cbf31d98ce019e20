/** One measured figure; with a peer, its ratio to the same work done by a named other program in the same run. */
export interface BenchResult {
  name: string;
  value: number;
  unit: string;
  peer?: { name: string; value: number; ratio: number };
  note?: string;
}
