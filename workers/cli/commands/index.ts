import type { Command } from 'commander';
import { registerBackfill } from './backfill';
import { registerBook } from './book';
import { registerBuild } from './build';
import { registerConfig } from './config';
import { registerDbn } from './dbn';
import { registerDeadLetters } from './deadLetters';
import { registerExport } from './export';
import { registerFeatures } from './features';
import { registerGraph } from './graph';
import { registerImport } from './import';
import { registerLineage } from './lineage';
import { registerOutcomes } from './outcomes';
import { registerPartitions } from './partitions';
import { registerQuality } from './quality';
import { registerQuery } from './query';
import { registerSchedules } from './schedules';
import { registerServer } from './server';
import { registerSimulate } from './simulate';
import { registerStart } from './start';
import { registerTables } from './tables';
import { registerTemporal } from './temporal';
import { registerVerify } from './verify';
import { registerWorker } from './worker';

/** Every command of the command line, in the order `--help` shows them. */
export const COMMANDS: ((program: Command) => void)[] = [
  registerStart,
  registerImport,
  registerDbn,
  registerBook,
  registerSimulate,
  registerBackfill,
  registerBuild,
  registerPartitions,
  registerOutcomes,
  registerTables,
  registerQuery,
  registerExport,
  registerDeadLetters,
  registerQuality,
  registerVerify,
  registerFeatures,
  registerGraph,
  registerLineage,
  registerSchedules,
  registerWorker,
  registerServer,
  registerTemporal,
  registerConfig,
];
