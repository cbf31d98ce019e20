/**
 * Precedents for whoever asks over the network, in a thread of their own: opening an index of years takes seconds, in which the process
 * has other things to answer.
 */
import type { PrecedentsQuestion } from '../../graph/precedents/request';
import { safeCondition } from '../../lake/query/safeCondition';
import { AskedThread } from '../pool/askedThread';
import type { StageContext } from '../stages/stage';
import { sharedLake } from '../stages/sharedLake';
import type { StageSettings } from '../stages/stages';
import { askPrecedents } from './askPrecedents';
import { HeldIndexes } from './heldIndexes';
import { pathsAsArrow } from './paths';

/** `arrow`: an Arrow IPC stream of the precedents' paths. */
export type AnswerForm = 'json' | 'arrow';

interface Asked {
  readonly question: PrecedentsQuestion;
  readonly form: AnswerForm;
}

export class PrecedentsThread {
  private readonly thread: AskedThread<Asked, Uint8Array>;

  /** @param entry `activities/precedents/thread` */
  constructor(settings: StageSettings, entry: string) {
    this.thread = new AskedThread(settings, entry, 'precedents', ({ question }) => ({
      touch: 'episode' in question ? question.episode : `${question.level} ${question.at}`,
    }));
  }

  /**
   * The answer to a question of somebody who is not trusted.
   * @returns bytes of the form asked for
   * @throws SpymasterError as `askPrecedents` does; BadArgument for a condition that is more than one; LimitReached where too many wait
   */
  ask(question: PrecedentsQuestion, form: AnswerForm): Promise<Uint8Array> {
    return this.thread.ask({ question, form });
  }

  close(): Promise<void> {
    return this.thread.close();
  }
}

let indexes: HeldIndexes | undefined;

/** The thread's side. */
export async function answerIn(
  { question, form }: Asked,
  _: StageContext,
  settings: StageSettings,
): Promise<Uint8Array> {
  const lake = await sharedLake(settings);
  indexes ??= new HeldIndexes(lake, settings.features);
  const answer = await askPrecedents(lake, await withSafeCondition(question), indexes);
  return form === 'arrow' ? pathsAsArrow(lake, answer) : Buffer.from(JSON.stringify(answer));
}

async function withSafeCondition<Question extends PrecedentsQuestion>(question: Question): Promise<Question> {
  const { filter } = question;
  if (filter?.where === undefined) return question;
  return { ...question, filter: { ...filter, where: await safeCondition(filter.where) } };
}
