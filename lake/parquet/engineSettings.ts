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
  /** Folders of which alone files are read and written, absolute; any of this machine without it. Not in the configuration. */
  folders?: readonly string[];
}

const MOST_MEMORY = 1_000_000_000;
/** With less no layer of a usual day can be written. */
const LEAST_MEMORY = 64_000_000;
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
export function bytesOf(size: string): number {
  const [, number, unit] = SIZE.exec(size)!;
  return Math.floor(Number(number) * UNITS[unit.toUpperCase()]);
}

/** Bytes of memory this process may use: the machine's, or its container's. */
export function machineMemory(): number {
  const limit = process.constrainedMemory();
  return limit && limit < totalmem() ? limit : totalmem();
}

/** The memory limit of one engine in bytes: the chosen one, or one of which `engines` fit into half the machine. */
export const memoryOf = ({ memory }: EngineSettings, engines = availableParallelism() + 1): number =>
  memory === undefined ? Math.min(MOST_MEMORY, Math.floor(machineMemory() / 2 / engines)) : bytesOf(memory);

/**
 * Settings for each of several engines of a process, which together use less memory than there is.
 * @throws SpymasterError BadConfig if they cannot
 */
export function shareMemory(settings: EngineSettings, engines: number): EngineSettings {
  const each = memoryOf(settings, engines);
  const memory = machineMemory();
  if (each >= LEAST_MEMORY && each * engines < memory)
    return { ...settings, memory: `${Math.floor(each / 1e6)}MB` };
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new SpymasterError(
    'BadConfig',
    `DuckDB in ${engines} threads, with ${gigabytes(each)} each, does not fit into this machine`,
    {
      field: 'duckdb.memory',
      expected: `less than ${gigabytes(memory)} together: a lower duckdb.memory in spymaster.config.yaml, or fewer activities at once in temporal.yaml`,
    },
  );
}
