/**
 * Every metric that Prometheus is told, each declared once. Names carry the unit, as is usual there: `_seconds`, `_bytes`, and `_total` of
 * what only rises. Metrics of Temporal's SDK (`temporal_...`) and of Node (`process_...`, `nodejs_...`) come beside them.
 */

export interface Declared {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** Upper ends of a histogram's buckets, in its unit. */
  readonly buckets?: readonly number[];
}
export type Group = Readonly<Record<string, Declared>>;

/** Seconds of what takes a fraction of a millisecond. */
const FAST = [0.0001, 0.00025, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
/** Seconds of what goes over a network or to a disk. */
const SLOW = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const PROCESS = {
  info: {
    type: 'gauge',
    name: 'spymaster_process_info',
    help: '1; the labels say which process this is, and of which version',
    labels: ['process', 'version'],
  },
} as const satisfies Group;

const GATEWAY = {
  sessions: { type: 'gauge', name: 'spymaster_gateway_sessions', help: 'Clients that are connected' },
  streaming: {
    type: 'gauge',
    name: 'spymaster_gateway_streaming_sessions',
    help: 'Clients that are being sent records',
  },
  accepted: {
    type: 'counter',
    name: 'spymaster_gateway_sessions_total',
    help: 'Clients that have connected',
  },
  records: { type: 'counter', name: 'spymaster_gateway_records_total', help: 'Records sent to clients' },
} as const satisfies Group;

/** Of the application, and of programs that ask over HTTP. */
const WEB = {
  requests: {
    type: 'counter',
    name: 'spymaster_web_requests_total',
    help: 'Requests over HTTP, by route and status',
    labels: ['route', 'status'],
  },
  requestSeconds: {
    type: 'histogram',
    name: 'spymaster_web_request_seconds',
    help: 'From a request over HTTP to its answer',
    labels: ['route'],
    buckets: SLOW,
  },
  screens: { type: 'gauge', name: 'spymaster_web_screens', help: 'Screens that are connected to the stream' },
  frames: {
    type: 'counter',
    name: 'spymaster_web_frames_total',
    help: 'Frames sent to screens: the whole market, its changes, or depth over time',
    labels: ['kind'],
  },
  coalesced: {
    type: 'counter',
    name: 'spymaster_web_coalesced_frames_total',
    help: 'Frames left out because a screen was busy with those before; the next one has their changes',
  },
  resyncs: {
    type: 'counter',
    name: 'spymaster_web_resyncs_total',
    help: 'Times a screen that had missed frames was sent the whole market',
  },
  frameSeconds: {
    type: 'histogram',
    name: 'spymaster_web_frame_seconds',
    help: 'From when the hub took the events of a frame until the frame was sent, where no more waited',
    buckets: SLOW,
  },
} as const satisfies Group;

const FEED = {
  records: {
    type: 'counter',
    name: 'spymaster_feed_records_total',
    help: 'Records of Databento that the hub has taken',
  },
  events: {
    type: 'counter',
    name: 'spymaster_feed_events_total',
    help: 'Events that the hub has taken: packets of records',
  },
  batches: {
    type: 'counter',
    name: 'spymaster_feed_batches_total',
    help: 'Batches of events that the hub has taken',
  },
  bytes: {
    type: 'counter',
    name: 'spymaster_feed_bytes_total',
    help: 'Bytes of events that the hub has taken',
  },
  retries: {
    type: 'counter',
    name: 'spymaster_feed_retries_total',
    help: 'Batches that had to be sent again, by the code the hub or its client gave',
    labels: ['reason'],
  },
  deadLetters: {
    type: 'counter',
    name: 'spymaster_feed_dead_letters_total',
    help: 'Records that were set aside: nobody named their instrument',
  },
  gaps: {
    type: 'counter',
    name: 'spymaster_feed_gaps_total',
    help: 'Gaps in what the gateway sent that could not be closed',
  },
  connections: {
    type: 'counter',
    name: 'spymaster_feed_connections_total',
    help: 'Connections to the gateway; all but the first are reconnects',
  },
  pending: { type: 'gauge', name: 'spymaster_feed_pending_bytes', help: 'Bytes on their way to the hub' },
  linger: {
    type: 'histogram',
    name: 'spymaster_feed_linger_seconds',
    help: 'How long the first record of a packet waited for others until time had it sent',
    buckets: FAST,
  },
  batchSeconds: {
    type: 'histogram',
    name: 'spymaster_feed_batch_seconds',
    help: 'From sending a batch until the hub had it, repetitions included',
    buckets: SLOW,
  },
} as const satisfies Group;

const HUB = {
  eventsIn: {
    type: 'counter',
    name: 'spymaster_hub_incoming_events_total',
    help: 'Events taken from producers',
    labels: ['hub'],
  },
  bytesIn: {
    type: 'counter',
    name: 'spymaster_hub_incoming_bytes_total',
    help: 'Bytes of events taken from producers',
    labels: ['hub'],
  },
  eventsOut: {
    type: 'counter',
    name: 'spymaster_hub_outgoing_events_total',
    help: 'Events given to consumers',
    labels: ['hub'],
  },
  bytesOut: {
    type: 'counter',
    name: 'spymaster_hub_outgoing_bytes_total',
    help: 'Bytes of events given to consumers',
    labels: ['hub'],
  },
  throttled: {
    type: 'counter',
    name: 'spymaster_hub_throttled_total',
    help: 'Batches that were refused because the hub was busy',
    labels: ['hub'],
  },
  refused: {
    type: 'counter',
    name: 'spymaster_hub_refused_total',
    help: 'Batches that were refused for other reasons',
    labels: ['hub'],
  },
  connections: {
    type: 'gauge',
    name: 'spymaster_hub_connections',
    help: 'Connections of producers and consumers',
  },
} as const satisfies Group;

const LIVE = {
  records: {
    type: 'counter',
    name: 'spymaster_live_records_total',
    help: 'Records taken from the hub',
    labels: ['contract'],
  },
  packets: {
    type: 'counter',
    name: 'spymaster_live_packets_total',
    help: 'Packets taken from the hub',
    labels: ['contract'],
  },
  duplicates: {
    type: 'counter',
    name: 'spymaster_live_duplicates_total',
    help: 'Packets that came more than once and were left out',
    labels: ['contract'],
  },
  repeated: {
    type: 'counter',
    name: 'spymaster_live_repeated_records_total',
    help: 'Records that a feed which was started anew sent again, left out',
    labels: ['contract'],
  },
  missing: {
    type: 'counter',
    name: 'spymaster_live_missing_total',
    help: 'Packets that never came, and gaps the feed told of',
    labels: ['contract'],
  },
  misplaced: {
    type: 'counter',
    name: 'spymaster_live_misplaced_total',
    help: 'Events that the hub delivered before their time or again, and that were put right',
    labels: ['contract'],
  },
  poisoned: {
    type: 'counter',
    name: 'spymaster_live_poisoned_total',
    help: 'Events in the hub that are no packets and were left out',
    labels: ['contract'],
  },
  lagEvents: {
    type: 'gauge',
    name: 'spymaster_live_lag_events',
    help: 'Events in the hub that have not been taken yet',
    labels: ['contract'],
  },
  lagSeconds: {
    type: 'gauge',
    name: 'spymaster_live_lag_seconds',
    help: 'How long before it was taken the last event had been put into the hub; 0 when nothing waits',
    labels: ['contract'],
  },
  busySeconds: {
    type: 'counter',
    name: 'spymaster_live_busy_seconds_total',
    help: 'Time spent on records; its rate is the share of a core',
    labels: ['contract'],
  },
  unread: {
    type: 'counter',
    name: 'spymaster_live_unread_total',
    help: 'Times the hub could not be read, and was asked again',
    labels: ['contract'],
  },
  unwritten: {
    type: 'counter',
    name: 'spymaster_live_unwritten_total',
    help: 'Times that the disk of the lake was full: what could not be written is tried again',
    labels: ['contract'],
  },
  checkpointSeconds: {
    type: 'histogram',
    name: 'spymaster_live_checkpoint_seconds',
    help: 'How long a part took to be written and its state kept',
    labels: ['contract'],
    buckets: SLOW,
  },
  checkpointAt: {
    type: 'gauge',
    name: 'spymaster_live_checkpoint_timestamp_seconds',
    help: 'When the state was kept last, since 1970 UTC: its age is time() less this',
    labels: ['contract'],
  },
  answerSeconds: {
    type: 'histogram',
    name: 'spymaster_live_answer_seconds',
    help: 'From a trigger to the answer of model and precedents',
    labels: ['contract'],
    buckets: FAST,
  },
  modelSeconds: {
    type: 'histogram',
    name: 'spymaster_live_model_seconds',
    help: 'How long the model took',
    labels: ['contract'],
    buckets: FAST,
  },
  precedentsSeconds: {
    type: 'histogram',
    name: 'spymaster_live_precedents_seconds',
    help: 'How long the precedents took',
    labels: ['contract'],
    buckets: FAST,
  },
  unanswered: {
    type: 'counter',
    name: 'spymaster_live_unanswered_total',
    help: 'Answers without a part, by the part that was missing: model, precedents',
    labels: ['contract', 'part'],
  },
  resultSeconds: {
    type: 'histogram',
    name: 'spymaster_live_result_seconds',
    help: 'From receiving the event of a trigger until its result was in the hub',
    labels: ['contract'],
    buckets: SLOW,
  },
  results: {
    type: 'counter',
    name: 'spymaster_live_results_total',
    help: 'Results published',
    labels: ['contract'],
  },
} as const satisfies Group;

const LAKE = {
  bytes: {
    type: 'counter',
    name: 'spymaster_lake_written_bytes_total',
    help: 'Bytes of data files committed',
    labels: ['layer'],
  },
  rows: {
    type: 'counter',
    name: 'spymaster_lake_written_rows_total',
    help: 'Rows committed',
    labels: ['layer'],
  },
  commits: {
    type: 'counter',
    name: 'spymaster_lake_commits_total',
    help: 'Commits that added rows or replaced some',
    labels: ['layer'],
  },
  querySeconds: {
    type: 'histogram',
    name: 'spymaster_lake_query_seconds',
    help: 'How long a query in SQL took, its views included',
    buckets: SLOW,
  },
} as const satisfies Group;

const STAGES = {
  seconds: {
    type: 'histogram',
    name: 'spymaster_stage_seconds',
    help: 'How long building a layer took, by how it ended',
    labels: ['layer', 'status'],
    buckets: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
  },
  rows: {
    type: 'counter',
    name: 'spymaster_stage_rows_total',
    help: 'Rows that built layers have',
    labels: ['layer'],
  },
} as const satisfies Group;

const SCORE = {
  requests: {
    type: 'counter',
    name: 'spymaster_score_requests_total',
    help: 'Requests for forecasts, by HTTP status',
    labels: ['status'],
  },
  rows: {
    type: 'counter',
    name: 'spymaster_score_rows_total',
    help: 'Rows forecast, by what the probabilities are of',
    labels: ['basis'],
  },
  seconds: {
    type: 'histogram',
    name: 'spymaster_score_seconds',
    help: 'From a request to its answer',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
  },
  precedentRequests: {
    type: 'counter',
    name: 'spymaster_precedents_requests_total',
    help: 'Requests for precedents, by HTTP status',
    labels: ['status'],
  },
  precedentSeconds: {
    type: 'histogram',
    name: 'spymaster_precedents_seconds',
    help: 'From a request for precedents to its answer; the first for a session opens its index',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30],
  },
  served: {
    type: 'gauge',
    name: 'spymaster_served_model',
    help: '1 for the version that is served; base rates where there is no champion',
    labels: ['product', 'model', 'edge'],
  },
  failedRefreshes: {
    type: 'counter',
    name: 'spymaster_refresh_failures_total',
    help: 'Times the lake could not be asked for another champion, or the champion could not be served',
  },
} as const satisfies Group;

/** Of what schedules ask for, as any worker knows it. */
const NIGHTS = {
  ended: {
    type: 'gauge',
    name: 'spymaster_trade_date_ended_timestamp_seconds',
    help: 'When the last trade date ended of a product that is built every night, by the calendar of its exchange',
    labels: ['symbol'],
  },
} as const satisfies Group;

/** By what a process does. */
export const METRICS = { PROCESS, GATEWAY, WEB, FEED, HUB, LIVE, LAKE, STAGES, NIGHTS, SCORE };
