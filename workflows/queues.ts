/**
 * Task queues. Each lake has three of its own - workflows and small activities on one, whole cores on another, sessions that are followed
 * for a day on the third - which only workers of that lake poll. On the one that is no lake's arrives what was started without naming a queue.
 */
export const CONTROL_QUEUE = 'spymaster-control';
export const CPU_QUEUE = 'spymaster-cpu';
export const LIVE_QUEUE = 'spymaster-live';
/** The one of `temporal.yaml`, for `temporal workflow start`; workers of every lake poll it. */
export const RECEPTION_QUEUE = 'spymaster';

/** `holiday-3f9a2c.spymaster-control`. */
export const controlQueue = (lake: string) => `${lake}.${CONTROL_QUEUE}`;
export const cpuQueue = (lake: string) => `${lake}.${CPU_QUEUE}`;
export const liveQueue = (lake: string) => `${lake}.${LIVE_QUEUE}`;

/** The lake whose control queue this is; undefined of a queue that is no lake's. The SDK puts a number behind the name when it replays. */
export const lakeOfQueue = (queue: string): string | undefined =>
  /^([^.]+)\.spymaster-control(-\d+)?$/.exec(queue)?.[1];
