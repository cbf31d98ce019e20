/** One measured figure; with a peer, its ratio to the same work done by a named other program in the same run. */
export interface BenchResult {
  name: string;
  value: number;
  unit: string;
  peer?: { name: string; value: number; ratio: number };
  /** 90 %. */
  interval?: { low: number; high: number };
  /** What it is to reach, and whether it does. */
  target?: { wanted: string; reached: boolean };
  note?: string;
}
