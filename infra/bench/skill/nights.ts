/** What a year of nights would have promoted, with a history that grows by a session every night. */
import { sessionInterval } from '../../../activities/models/promotion';
import { alphaOfLook } from '../../../graph/models/alphaSpending';
import { isAbove, judge, LEAST_SESSIONS, type Candidate } from '../../../graph/models/gate';
import { monthOf } from '../../../graph/models/scoredSessions';

export interface Nights {
  nights: number;
  /** Looks taken, the first night of each month, and how many promoted one of the candidates. */
  looks: number;
  promoted: number;
  /** Nights on which an interval above zero alone would have promoted one. */
  naive: number;
}

/** @param candidates scored on the same sessions, each night by the sessions up to it */
export function nightsOf(candidates: readonly Candidate[]): Nights {
  const nights = candidates[0].sessions.length;
  const taken: string[] = [];
  const found: Nights = { nights, looks: 0, promoted: 0, naive: 0 };
  for (let night = 1; night <= nights; night++) {
    const known = candidates.map(({ name, sessions }) => ({ name, sessions: sessions.slice(0, night) }));
    const month = monthOf(known[0].sessions);
    const declared = !taken.includes(month);
    const alpha = declared ? alphaOfLook(month, taken) : 0;
    const verdicts = [...judge(known, { alpha, champion: null, interval: sessionInterval }).values()];
    if (declared) {
      taken.push(month);
      found.looks++;
      if (verdicts.some(({ passed }) => passed)) found.promoted++;
    }
    const above = verdicts.some(({ comparisons }) =>
      comparisons
        .filter(({ against }) => against !== 'martingale')
        .every((one) => one.sessions >= LEAST_SESSIONS && isAbove(one)),
    );
    if (above) found.naive++;
  }
  return found;
}
