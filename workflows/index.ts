/** The workflows, and nothing else: the names a worker serves, and what answers to any other. */
export { backfill } from './backfill';
export { buildPartition } from './buildPartition';
export { marketSession } from './marketSession';
export { nightlyBuild } from './nightlyBuild';
export { retrain } from './retrain';
export { trainTrial } from './trainTrial';
export { default } from './unknownWorkflow';
