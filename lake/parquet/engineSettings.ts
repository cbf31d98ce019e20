/** What DuckDB may use of the machine. Every thread that reads or writes tables has an engine of its own. */
import { availableParallelism, totalmem } from 'node:os';
import { SpymasterError } from '../../graph/errors';

/** As chosen in the configuration, section `duckdb`. */
export interface EngineSettings {
  /** Memory of each engine, such as `1GB` or `512MiB`; without it, 1 GB or what the machine has for each. */
  memory?: string;
  /** Folder in which what does not fit into memory is kept meanwhile; the system's folder for temporary files without it. */
  spillFolder?: string;
  /** How much may be kept there, such as `50GB`; nine tenths of the free disk without it. */
  spillLimit?: string;
}

const MOST_MEMORY = 1_000_000_000;
const UNITS: Record<string, number> = {
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};
const SIZE = /^(\d+(?:\.\d+)?) ?([KMGT]i?B)$/i;

export const isSize = (text: string): boolean => SIZE.test(text);

/** Bytes of a size such as `1.5GB`. */
function bytesOf(size: string): number {
  const [, number, unit] = SIZE.exec(size)!;
  return Math.floor(Number(number) * UNITS[unit.toUpperCase()]);
}

/** Bytes of memory this process may use: the machine's, or its container's. */
export function machineMemory(): number {
  const limit = process.constrainedMemory();
  return limit && limit < totalmem() ? limit : totalmem();
}

/** The memory limit of one engine in bytes: the chosen one, or one of which as many as there are cores fit into half the machine. */
export const memoryOf = ({ memory }: EngineSettings): number =>
  memory === undefined
    ? Math.min(MOST_MEMORY, Math.floor(machineMemory() / 2 / (availableParallelism() + 1)))
    : bytesOf(memory);

/**
 * @param engines how many a process will have
 * @throws SpymasterError BadConfig if together they may use more than there is
 */
export function requireMemory(settings: EngineSettings, engines: number): void {
  const wanted = memoryOf(settings) * engines;
  const memory = machineMemory();
  if (wanted < memory) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new SpymasterError('BadConfig', `DuckDB may use ${gigabytes(wanted)} in ${engines} threads`, {
    field: 'duckdb.memory',
    expected: `less than the ${gigabytes(memory)} of this machine together: a lower duckdb.memory in spymaster.config.yaml, or fewer activities at once in temporal.yaml`,
  });
}
