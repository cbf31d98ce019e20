/** What came of a training, in words. */
import { thousandths } from '../../graph/models/gate';

export interface Found {
  /** Version that became champion by the training; null where none did. */
  readonly promoted: string | null;
  /** The version that gains most over the volatility baseline, nats an episode. */
  readonly best: { readonly version: string; readonly gain: number };
  /** What serves now; null: base rates. */
  readonly champion: { readonly version: string; readonly despiteGate: boolean } | null;
}

export function decisionWords({ promoted, best, champion }: Found): string {
  if (promoted !== null) return `${promoted} passed the gate and is champion.`;
  const refused = `no model passed the gate (the best, ${best.version}, gains ${thousandths(best.gain)} thousandths of a nat an episode over the volatility baseline).`;
  if (!champion) return `No edge shown: ${refused} Base rates are what there is to go by.`;
  return champion.despiteGate
    ? `No edge shown: ${refused} ${champion.version}, promoted despite the gate, stays champion.`
    : `N${refused.slice(1)} ${champion.version} stays champion.`;
}
