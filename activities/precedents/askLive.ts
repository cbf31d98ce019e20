/** The precedents of what a live worker has published: an approach that is under way, or a touch that Gold may not have yet. */
import { SpymasterError } from '../../graph/errors';
import type { PrecedentsAnswer } from '../../graph/precedents/answer';
import { precedentsOf } from '../../graph/precedents/precedentsOf';
import type { PrecedentsFilter } from '../../graph/precedents/request';
import { touchOfMessage, type FeaturesMessage } from '../../graph/scoring/featuresMessage';
import { settingsFor, type FeatureSettings } from '../../graph/settings';
import { FEATURE_TABLE } from '../../graph/vectors/features';
import type { Lake } from '../../lake/lake';
import { filterOf } from './askPrecedents';
import type { HeldIndexes } from './heldIndexes';
import { productOf } from './openIndex';

/**
 * @param filter which episodes may be precedents
 * @throws SpymasterError BadArgument for a vector of another table of features, or a filter that names what the lake does not have; NoInput
 * if nothing is fitted for the session nor one before
 */
export async function askLive(
  lake: Lake,
  features: FeatureSettings,
  message: FeaturesMessage,
  filter: PrecedentsFilter,
  indexes: Pick<HeldIndexes, 'open'>,
): Promise<PrecedentsAnswer> {
  const { contract, tradeDate } = message.episode;
  if (message.featureTable !== FEATURE_TABLE)
    throw new SpymasterError('BadArgument', `${message.id} was computed by other features`, {
      field: message.featureTable,
      expected: `${FEATURE_TABLE}: live worker and this program of the same version`,
    });
  const wanted = await filterOf(lake, filter);
  const index = await indexes.open(productOf(lake, contract, tradeDate), tradeDate);
  const { product } = lake.products.contractOf(contract, tradeDate);
  const touch = touchOfMessage(message, index.measured, settingsFor(features, product).episodes);
  return precedentsOf(touch, index, { filter: wanted });
}
