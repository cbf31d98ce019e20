/** The study of a file of minute bars, with progress and in pieces, so that it can be interrupted. */
import { setImmediate } from 'node:timers/promises';
import { SpymasterError } from '../../graph/errors';
import { productsOf, type FeatureSettings } from '../../graph/settings';
import { studyMinutes, type MinuteStudy } from '../../graph/study/minuteStudy';
import { readMinuteBars } from '../../lake/minuteBars';
import type { StageContext } from '../stages/stage';

interface StudyRequest {
  /** Parquet or CSV. */
  file: string;
  /** Root of the product, such as `ES`. */
  symbol: string;
  seed: number;
}

/**
 * @throws SpymasterError BadArgument for an unknown product, a file that has no minute bars of it, or no whole session; NoInput; Cancelled
 */
export async function studyMinuteFile(
  settings: FeatureSettings,
  { file, symbol, seed }: StudyRequest,
  { progress, signal }: StageContext,
): Promise<MinuteStudy> {
  const product = productsOf(settings).productOf(symbol);
  progress({ phase: 'reading', done: 0, total: 0 });
  const series = await readMinuteBars(file, product, signal);
  const steps = studyMinutes(series, product, settings, seed);
  for (let step = steps.next(); ; step = steps.next()) {
    if (!step.done) {
      progress(step.value);
      await setImmediate();
      if (signal.aborted) throw new SpymasterError('Cancelled', 'The study was interrupted');
      continue;
    }
    const { sessions, partial } = step.value;
    if (sessions > 0) return step.value;
    throw new SpymasterError(
      'BadArgument',
      `${file} covers the regular hours of no session of ${symbol}` +
        (partial.length > 0 ? `, only parts of ${partial.length} from ${partial[0]} on` : ': it has no bars'),
      { file, expected: 'bars of every minute of regular hours, the start of each in UTC' },
    );
  }
}
