import type { Command } from 'commander';
import { registerBackfill } from './backfill';
import { registerBook } from './book';
import { registerBuild } from './build';
import { registerConfig } from './config';
import { registerDbn } from './dbn';
import { registerGraph } from './graph';
import { registerLineage } from './lineage';
import { registerPartitions } from './partitions';
import { registerSchedules } from './schedules';
import { registerServer } from './server';
import { registerTemporal } from './temporal';
import { registerWorker } from './worker';

/** Every command of the command line, in the order `--help` shows them. */
export const COMMANDS: ((program: Command) => void)[] = [
  registerDbn,
  registerBook,
  registerBackfill,
  registerBuild,
  registerPartitions,
  registerGraph,
  registerLineage,
  registerSchedules,
  registerWorker,
  registerServer,
  registerTemporal,
  registerConfig,
];
