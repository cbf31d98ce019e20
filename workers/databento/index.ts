/** Clients of Databento, live and historical, and a live gateway of one's own. */
export { ApiKey, KEY_VARIABLE } from './protocol/apiKey';
export { ALL_SYMBOLS, type Subscription } from './protocol/subscription';
export { LiveClient, LIVE_PORT, liveHost, type LiveOptions } from './live/liveClient';
export type { Gap, GapReason, LiveEvent, LiveItem, RecordRun } from './live/items';
export { isControl } from './live/position';
export { recordsOf } from './live/recordsOf';
export { LiveGateway, type GatewayOptions } from './gateway/gateway';
export type { MarketSource, RecordBlock } from './gateway/source';
export { HistoricalClient } from './historical/historicalClient';
export type {
  BatchFile,
  BatchJob,
  DataRequest,
  DayCondition,
  Estimate,
  Resolution,
} from './historical/historicalClient';
export { HISTORICAL_URL, type HttpOptions } from './historical/http';
export { downloadFile, downloadRange, type DownloadOptions } from './historical/download';
