/** `spymaster precedents --live`: what happened the last times it looked like what live workers tell, as they tell it. */
import { askLive } from '../../../activities/precedents/askLive';
import { HeldIndexes } from '../../../activities/precedents/heldIndexes';
import { SpymasterError } from '../../../graph/errors';
import type { PrecedentsFilter } from '../../../graph/precedents/request';
import { DEFAULT_GROUP } from '../../../infra/eventhubs/hubs';
import { loadConfig } from '../../config';
import { openConsumer } from '../../eventHubs/clients';
import { hubsConnection } from '../../eventHubs/localHubs';
import { FEATURES_HUB } from '../../live/announcements';
import { checkFilter } from '../arguments';
import { openExistingLake } from '../openLake';
import { printAnswer } from '../summaries/precedents';
import { untilInterrupted } from '../terminal/interrupt';
import { EXIT, note, print } from '../terminal/output';
import { FeaturesRead, type PublishedFeatures, type Wanted } from './publishedFeatures';

interface Options extends PrecedentsFilter {
  /** The newest alone. */
  readonly once?: boolean;
  readonly json?: boolean;
  /** Precedents given to programs; all, without. */
  readonly limit?: number;
  /** Precedents shown to a person. */
  readonly shown: number;
}

/**
 * Contract and level say what is asked about; the rest of the filter, which episodes may be precedents.
 * @throws SpymasterError NoInput where no live worker has told anything of them; as `askLive` does
 */
export async function livePrecedents(options: Options): Promise<void> {
  const { contract, level, once, json, limit, shown } = options;
  const config = loadConfig();
  const lake = await openExistingLake(config);
  checkFilter(lake.products, options);
  const { start, end, direction, timeOfDay, where } = options;
  const filter = { start, end, direction, timeOfDay, where };
  const indexes = new HeldIndexes(lake, config.features);
  const show = async ({ message, at }: PublishedFeatures): Promise<void> => {
    const answer = await askLive(lake, config.features, message, filter, indexes);
    const { id, trigger, provisional, episode } = message;
    if (json) {
      const told = { id, trigger, provisional, episode, published: at.toISOString() };
      const given = { ...answer, precedents: answer.precedents.slice(0, limit) };
      print(`${JSON.stringify({ told, answer: given })}\n`);
      return;
    }
    printAnswer(answer, answer.precedents.slice(0, shown), trigger);
    if (provisional !== null) print(`\nProvisional: ${provisional}.\n`);
    note(`Published ${ageText(Date.now() - at.getTime())} ago.${once ? '' : ' Ctrl-C stops.'}`);
  };
  const wanted: Wanted = ({ episode }) =>
    (contract === undefined || episode.contract === contract) &&
    (level === undefined || episode.level === level || episode.levelKind === level);
  const consumer = openConsumer(DEFAULT_GROUP, await hubsConnection(config), FEATURES_HUB);
  try {
    await untilInterrupted(async (signal) => {
      const read = await FeaturesRead.open(consumer, wanted);
      const newest = await read.newest();
      if (!newest) throw nothingTold(contract, level);
      await show(newest);
      if (once) return;
      await read.follow(async (published) => {
        if (!json) print('\n\n');
        await show(published);
      }, signal);
      process.exitCode = EXIT.interrupted;
    });
  } finally {
    await consumer.close();
  }
}

function nothingTold(contract?: string, level?: string): SpymasterError {
  const of = [contract, level].filter((name) => name !== undefined).join(' ');
  return new SpymasterError('NoInput', `No live worker has told anything${of && ` of ${of}`}`, {
    field: FEATURES_HUB,
    expected: '`./spymaster live`, which publishes approaches and touches there',
  });
}

function ageText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
