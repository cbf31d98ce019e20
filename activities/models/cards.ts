/** Model cards of versions in the registry. */
import { cardOf, type ModelCard } from '../../graph/models/card';
import { comparison, type Comparison } from '../../graph/models/gate';
import { versionText, type ModelRecord } from '../../graph/models/registry/modelVersion';
import { gainsOverModel } from '../../graph/models/scoredSessions';
import { sessionInterval } from './promotion';
import type { ModelRegistry } from './registry';

export async function modelCard(registry: ModelRegistry, record: ModelRecord): Promise<ModelCard> {
  const { product } = record;
  const aliases = await registry.aliases(product);
  const target = aliases.champion?.target;
  const other = target && versionText(target) !== versionText(record);
  const champion = other ? await registry.resolve(product, versionText(target)) : null;
  const looks = await registry.looks(product);
  const verdict = looks.findLast(({ verdicts }) => versionText(record) in verdicts)?.verdicts[
    versionText(record)
  ];
  return cardOf({ record, aliases, champion, verdict: verdict ?? null, interval: sessionInterval });
}

/** What is to be shown of a lake's models, whoever asks for none in particular: the champion, or the latest where there is none. */
export async function foremost(registry: ModelRegistry): Promise<ModelRecord | undefined> {
  const records = await registry.list();
  const [latest] = records.sort((a, b) => Number(b.createdAt - a.createdAt));
  if (!latest) return undefined;
  const { champion } = await registry.aliases(latest.product);
  return champion?.target ? registry.resolve(latest.product, 'champion') : latest;
}

/** How much less one version cost than another, on the sessions both were scored on. */
export const comparedWith = (record: ModelRecord, other: ModelRecord): Comparison =>
  comparison(
    'champion',
    gainsOverModel(record.evaluation.sessions, other.evaluation.sessions),
    sessionInterval,
  );
