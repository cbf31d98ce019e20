/** What alerts are about, as tests make it up. */
import type { InferenceResult } from '../../graph/scoring/inferenceResult';
import type { Subject } from '../../graph/scoring/subject';
import { alertOf, type Alert } from '../../graph/screen/alert';

export const ES_TICK_NANOS = 250_000_000;

/** The first touch of PM_HIGH at 15:02:03.120 UTC. */
export const subjectOfTest = (more: Partial<Subject['episode']> & { id?: string } = {}): Subject => {
  const { id = 'ESH4-20240306-PM_HIGH-UP-1/touch', ...episode } = more;
  return {
    id,
    trigger: id.endsWith('/touch') ? 'touch' : 'approach',
    provisional: null,
    episode: {
      id: 'ESH4-20240306-PM_HIGH-UP-1',
      approach: null,
      contract: 'ESH4',
      tradeDate: '2024-03-06',
      level: 'PM_HIGH',
      levelKind: 'PM_HIGH',
      levelPrice: 5142.25,
      direction: 'UP',
      attempt: 1,
      timeOfDay: '30-60',
      at: '1709737323120000000',
      price: 5141.75,
      distance: -2,
      minutesSinceOpen: 32,
      ...episode,
    },
  };
};

export const alertOfTest = (more: Parameters<typeof subjectOfTest>[0] = {}): Alert =>
  alertOf(subjectOfTest(more), ES_TICK_NANOS);

const frequency = (count: number) => ({ count, share: count / 50, low: count / 100, high: count / 25 });

/** What was answered to a subject: 17 of 50 precedents broke through, 20 were rejected. */
export const resultOfTest = (of: Subject): InferenceResult =>
  ({
    ...of,
    precedents: {
      status: 'evidence',
      reasons: [],
      horizonMinutes: 8,
      n: 50,
      effectiveN: 31.4,
      frequencies: { BREAK: frequency(17), REJECT: frequency(20), CHOP: frequency(13) },
    },
  }) as unknown as InferenceResult;
