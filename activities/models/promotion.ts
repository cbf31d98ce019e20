/** Champions and challengers: looks at candidates through the gate, promotion, and the way back. */
import { alphaOfLook } from '../../graph/models/alphaSpending';
import { judge, type Verdict } from '../../graph/models/gate';
import type { Alias, AliasChange } from '../../graph/models/registry/aliasesTable';
import type { LookTaken } from '../../graph/models/registry/looksTable';
import { versionText, type ModelRecord } from '../../graph/models/registry/modelVersion';
import { DRAWS_SEED, monthOf, type SessionGain } from '../../graph/models/scoredSessions';
import { bootstrapMean } from '../../graph/statistics/blockBootstrap';
import type { Interval } from '../../graph/statistics/proportion';
import { SpymasterError } from '../../graph/errors';
import type { ModelRegistry, Writer } from './registry';

/** 90 % interval of a mean gain an episode, by drawing whole sessions. */
export const sessionInterval = (gains: readonly SessionGain[]): Interval =>
  bootstrapMean(
    gains.map(({ gain: sum, n }) => ({ sum, n })),
    { seed: DRAWS_SEED },
  ).interval;

/** The look of a version's month: that which was taken, or one that is taken now. */
export async function lookFor(
  registry: ModelRegistry,
  record: ModelRecord,
  by: string,
  writer: Writer,
): Promise<LookTaken> {
  const { product } = record;
  const month = monthOf(record.evaluation.sessions);
  return registry.recordLook(
    product,
    month,
    async (before) => {
      const records = await registry.list({ product });
      const champion = (await registry.aliases(product)).champion?.target ?? null;
      const alpha = alphaOfLook(
        month,
        before.map((look) => look.month),
      );
      const candidates = candidatesBeside(record, records).filter(
        (one) => champion === null || versionText(one) !== versionText(champion),
      );
      const reigning = champion && records.find((one) => versionText(one) === versionText(champion));
      const verdicts = judge(
        candidates.map((one) => ({ name: versionText(one), sessions: one.evaluation.sessions })),
        { alpha, champion: reigning?.evaluation.sessions ?? null, interval: sessionInterval },
      );
      return {
        alpha,
        champion: champion && versionText(champion),
        verdicts: Object.fromEntries(verdicts),
        by,
      };
    },
    writer,
  );
}

/** Of each model the latest version that was trained on the same snapshot; of the record's own model the record. */
function candidatesBeside(record: ModelRecord, records: readonly ModelRecord[]): ModelRecord[] {
  const latest = new Map<string, ModelRecord>();
  for (const one of records)
    if (one.training.snapshot === record.training.snapshot) latest.set(one.model, one);
  return [...latest.set(record.model, record).values()];
}

export interface Promotion {
  /** Null where the version had the alias already. */
  change: AliasChange | null;
  /** What the gate found; null where it was not asked, as for a challenger. */
  verdict: Verdict | null;
}

export interface PromotionRequest {
  product: string;
  /** `logistic@3`, `logistic`, `challenger`. */
  reference: string;
  alias: Alias;
  /** Why it is promoted although the gate does not open. */
  despiteGate?: string;
  by: string;
}

/**
 * Gives a version an alias: a challenger whenever asked, a champion if the gate opens for it at the look of its month.
 * @throws SpymasterError QualityBlocked with the gate's words, if it does not open and nobody insists
 */
export async function promote(
  registry: ModelRegistry,
  { product, reference, alias, despiteGate, by }: PromotionRequest,
  writer: Writer,
): Promise<Promotion> {
  const record = await registry.resolve(product, reference);
  const target = { model: record.model, version: record.version };
  const holder = (await registry.aliases(product))[alias]?.target;
  if (holder && versionText(holder) === versionText(record)) return { change: null, verdict: null };
  if (alias === 'challenger') {
    const given = { alias, target, by, reason: 'to be watched', despiteGate: false, verdict: null };
    return { change: await registry.changeAlias(product, () => given, writer), verdict: null };
  }
  const look = await lookFor(registry, record, by, writer);
  const verdict = look.verdicts[versionText(record)] ?? null;
  const change = await registry.changeAlias(
    product,
    (history) => {
      const champion = history.findLast((one) => one.alias === 'champion')?.target ?? null;
      const refusal = refusalOf(record, look, verdict, champion && versionText(champion));
      if (refusal.length > 0 && despiteGate === undefined)
        throw new SpymasterError(
          'QualityBlocked',
          [`${versionText(record)} is not promoted.`, ...refusal].join('\n  '),
          {
            expected:
              'an edge at the look of its month; --despite-gate REASON promotes it nevertheless, and what it answers then says "no edge shown"',
          },
        );
      return {
        alias,
        target,
        by,
        reason: despiteGate ?? `the look of ${look.month}: ${verdict?.words.join(' ') ?? ''}`,
        despiteGate: refusal.length > 0,
        verdict,
      };
    },
    writer,
  );
  return { change, verdict };
}

/** Why the gate is shut for a version; nothing where it is open. */
function refusalOf(
  record: ModelRecord,
  look: LookTaken,
  verdict: Verdict | null,
  champion: string | null,
): string[] {
  if (!verdict)
    return [
      `It was no candidate of the look of ${look.month}, which was taken: ${Object.keys(look.verdicts).join(', ') || 'there were none'}.`,
      `A version of ${record.model} that is scored into the next month is a candidate of the next look.`,
    ];
  if (!verdict.passed) return verdict.words;
  if (look.champion !== champion)
    return [
      `It was compared with ${look.champion ?? 'no champion'} at the look of ${look.month}, and ${champion ?? 'none'} is champion now.`,
    ];
  return [];
}

interface RollbackRequest {
  product: string;
  alias: Alias;
  /** `logistic@2`, or `none`; who had it before, without. */
  to?: string;
  reason: string;
  by: string;
}

/**
 * Gives an alias back to who had it before, or to a version that is named; the gate is not asked again.
 * @throws SpymasterError NoInput where it was never given to anybody
 */
export async function rollBack(
  registry: ModelRegistry,
  { product, alias, to, reason, by }: RollbackRequest,
  writer: Writer,
): Promise<AliasChange> {
  const named = to === undefined || to === 'none' ? null : await registry.resolve(product, to);
  const change = await registry.changeAlias(
    product,
    (history) => {
      const own = history.filter((one) => one.alias === alias);
      const holds = own.at(-1);
      if (!holds)
        throw new SpymasterError(
          'NoInput',
          `${product} never had a ${alias}: there is nothing to roll back`,
          {
            expected: '`./spymaster models promote MODEL` first',
          },
        );
      const target =
        to === undefined
          ? (own.at(-2)?.target ?? null)
          : named && { model: named.model, version: named.version };
      // What was found when that version was given the alias holds for it still.
      const earlier = own.findLast(
        (one) => target && one.target && versionText(one.target) === versionText(target),
      );
      return {
        alias,
        target,
        by,
        reason: `rolled back: ${reason}`,
        despiteGate: target !== null && (earlier?.despiteGate ?? true),
        verdict: earlier?.verdict ?? null,
      };
    },
    writer,
  );
  return change!;
}
