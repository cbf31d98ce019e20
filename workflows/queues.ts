/** Task queues: workflows and small activities on one, whole cores on the other. */
export const CONTROL_QUEUE = 'spymaster-control';
export const CPU_QUEUE = 'spymaster-cpu';
