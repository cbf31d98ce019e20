/* The last touch of regular hours as a request of the scorer: what a deployment is tried with before it gets requests. */
SELECT
  e.level_kind AS level,
  e.direction,
  e.time_of_day AS "timeOfDay",
  e.touch_distance AS "touchDistance",
  e.minutes_since_open AS "minutesSinceOpen",
  greatest(1, 390 - e.minutes_since_open) AS "minutesToClose",
  v.feature_table AS "featureTable",
  [if(isfinite(x), x, NULL) for x in v.raw] AS vector,
  [if(isfinite(x), x, NULL) for x in v.sequence] AS sequence
FROM gold.episodes e
JOIN gold.vectors v USING (contract, trade_date, episode_id)
WHERE e.session = 'rth'
ORDER BY e.touch_ts DESC
LIMIT 1
