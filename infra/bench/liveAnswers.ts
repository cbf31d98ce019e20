/** From a trigger to what model and precedents say of it, within a live worker: of the first one, and of a thousand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Scorer } from '../../activities/models/scorer';
import { TABLES } from '../../graph/catalog/declaration';
import { EVEN_WEIGHTS } from '../../graph/precedents/distance';
import { OrderedEpisodes } from '../../graph/precedents/orderedEpisodes';
import { PrecedentIndex } from '../../graph/precedents/precedentIndex';
import { Random } from '../../graph/random/random';
import { frameOf } from '../../graph/session/inputs';
import { DEFAULT_SETTINGS } from '../../graph/settings';
import type { VectorEvent } from '../../graph/vectors/vectorBuilder';
import { Lake } from '../../lake/lake';
import { Answers } from '../../workers/live/answers';
import { nowNs } from '../../workers/live/clock';
import { LiveMetrics } from '../../workers/live/liveMetrics';
import { triggerLike } from '../../workers/live/triggerLike';
import { publishChampion } from './champion';
import { AS_IT_IS, episodeOf, evenly } from './episodes';
import { quantile } from './quantile';
import { sized } from './size';
import type { BenchResult } from './types';

const CONTRACT = 'ESH6';
const PARTITIONS = 60;
/** About as many as five years have, and so many a session. */
const PER_SESSION = 16;
const EPISODES = sized(20_000, 600);
const ASKED = sized(1_000, 5);
const WANTED_MS = 2;

export async function liveAnswersResults(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'spymaster-bench-'));
  const random = new Random(1);
  try {
    const lake = await Lake.open(folder, TABLES);
    await publishChampion(lake);
    const scorer = await Scorer.open(lake, 'ES');
    const past = Array.from({ length: EPISODES }, (_, i) => episodeOf(random, i, PARTITIONS, PER_SESSION));
    const tradeDate = '2026-03-03';
    const index = {
      index: new PrecedentIndex(new OrderedEpisodes(past), AS_IT_IS, EVEN_WEIGHTS),
      distance: evenly(past),
      product: 'ES',
      asOf: tradeDate,
      settingsVersion: 'bench',
    };
    const frame = frameOf({ contract: CONTRACT, tradeDate, settings: DEFAULT_SETTINGS });
    const answers = new Answers(scorer, index, new LiveMetrics(CONTRACT));
    await answers.warmUp(frame);
    const timed = async (event: VectorEvent) => {
      const begun = performance.now();
      const { model, precedents } = await answers.of(event, frame, nowNs());
      if ('missing' in model || 'missing' in precedents) throw new Error('an answer is missing');
      return performance.now() - begun;
    };
    const times: number[] = [];
    for (const episode of past.slice(-ASKED)) times.push(await timed(triggerLike(episode, frame)));
    await scorer.close();
    const later = times.slice(1);
    const at = (share: number) => quantile(later, share);
    return [
      {
        name: 'trigger to score and precedents, p99',
        value: at(0.99),
        unit: 'ms',
        target: { wanted: `<= ${WANTED_MS}`, reached: at(0.99) <= WANTED_MS },
        note: `${ASKED} touches in process, logistic model and ${EPISODES} episodes; p50 ${at(0.5).toFixed(2)} ms`,
      },
      { name: 'trigger to score and precedents, the first', value: times[0], unit: 'ms' },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
