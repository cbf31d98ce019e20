/** Levels that are chosen while everything runs. */
import { levelsAnswer, levelsBody } from '../../../graph/api/levels';
import { SpymasterError } from '../../../graph/errors';
import { chosenLevels, withLevels } from '../../../graph/levels/chosenLevels';
import { disagreements } from '../../../graph/settings';
import { readChosenLevels, writeChosenLevels } from '../../../lake/chosenLevels';
import { route, type ApiRoute } from './route';

const choose = route({
  method: 'POST',
  path: '/levels',
  operationId: 'chooseLevels',
  summary:
    'Chooses which levels are watched: from the next session of each contract on, and of past ones with a backfill',
  body: levelsBody,
  answer: levelsAnswer,
  reads: null,
  async answerTo({ lake, settings: { features } }, { body: { after, levels } }) {
    const now = (await readChosenLevels(lake.store))?.version ?? 0;
    if (after !== now) throw overtaken(now);
    const chosen = chosenLevels.parse({ version: now + 1, at: new Date().toISOString(), levels });
    const { products, ...rest } = withLevels(features, chosen);
    const [problem] = disagreements({ products, features: rest });
    if (problem)
      throw new SpymasterError('BadArgument', problem.message, {
        // Of the body, not of the configuration.
        field: ['levels', ...problem.path.slice(2)].join('.'),
      });
    if (!(await writeChosenLevels(lake.store, chosen))) throw overtaken(now + 1);
    const { version, at } = chosen;
    return { version, at };
  },
});

const overtaken = (now: number): SpymasterError =>
  new SpymasterError('CommitConflict', 'somebody else has chosen levels meanwhile', {
    field: 'after',
    expected: `${now}, and what is chosen looked at again`,
  });

export const LEVEL_ROUTES: readonly ApiRoute[] = [choose];
