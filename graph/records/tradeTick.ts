/** A trade as the operators that follow price take it. */
export interface TradeTick {
  /** Time of the event (`ts_event`), ns since the session's origin. */
  t: number;
  /** Capture time (`ts_recv`), ns since the session's origin: when a live system could have known. */
  recv: number;
  /** Ticks. */
  price: number;
}
