/** The workflows, and nothing else: the names a worker serves. */
export { backfill } from './backfill';
export { buildContractDate } from './buildContractDate';
export { nightlyBuild } from './nightlyBuild';
