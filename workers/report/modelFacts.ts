/** A model card in words and cells, for the terminal and the page alike. */
import type { ModelCard } from '../../graph/models/card';
import { gainText, thousandths, type Comparison } from '../../graph/models/gate';
import { versionText, type Estimate } from '../../graph/models/registry/modelVersion';
import { easternText } from '../../graph/market/easternTime';

interface Fact {
  label: string;
  text: string;
}

/** What the version is and was made from. */
export function modelFacts({ alias, despiteGate, record }: ModelCard): Fact[] {
  const { training, parameters, evaluation } = record;
  const { sessions } = evaluation;
  const scored = sessions.reduce((sum, { n }) => sum + n, 0);
  const standing = alias
    ? `${alias}${despiteGate ? ', despite the gate' : ''}`
    : 'neither champion nor challenger';
  return [
    { label: 'Standing', text: standing },
    {
      label: 'Trained on',
      text: `${training.episodes} episodes of ${training.sessions} sessions, ${training.firstSession} to ${training.lastSession} (snapshot ${training.snapshot})`,
    },
    {
      label: 'Scored on',
      text: `${scored} episodes of ${sessions.length} sessions, ${sessions[0].session} to ${sessions.at(-1)!.session}, each by a model fitted to earlier ones (folds: ${evaluation.folds.length})`,
    },
    {
      label: 'Parameters',
      text: Object.entries(parameters)
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
    },
    { label: 'Seed', text: String(record.seed) },
    { label: 'Feature table', text: record.featureTable },
    { label: 'Settings', text: record.settingsVersion },
    {
      label: 'Code',
      text: Object.entries(record.code)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    },
    { label: 'ONNX file', text: `SHA-256 ${record.onnxDigest}` },
    {
      label: 'Published',
      text: `${easternText(record.createdAt)} by ${record.workflowId}`,
    },
  ];
}

/** `ES logistic@3`. */
export const cardTitle = ({ product, record }: ModelCard): string => `${product} ${versionText(record)}`;

/** `+12.3 [+4.0, +20.1]`, of gains in thousandths of a nat; of others as they are. */
export function estimateText({ value, low, high, unit }: Estimate): string {
  const text = (one: number) => (unit === 'nats gained' ? thousandths(one) : one.toFixed(3));
  return `${text(value)} [${text(low)}, ${text(high)}]`;
}

/** What a figure is counted in. */
export const unitText = (unit: Estimate['unit']): string => (unit === 'nats gained' ? '0.001 nats' : unit);

/** `over the base rate: +12.3 [+4.0, +20.1] thousandths of a nat an episode, 82 sessions`. */
export const comparisonText = (one: Comparison): string =>
  `${one.against === 'martingale' ? 'direction, over the martingale value' : `over the ${one.against}`}: ${gainText(one)}`;
