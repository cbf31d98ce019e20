/** A model card as one HTML page that needs nothing else: style and charts are in it, and no script. */
import { shownIn, type ModelCard } from '../../graph/models/card';
import { isAbove, thousandths } from '../../graph/models/gate';
import { CLASSES } from '../../graph/models/scores';
import { fixed, mark } from './cells';
import { escape, paragraph, section, table, type Cell } from './html';
import { cardTitle, estimateText, modelFacts, unitText } from './modelFacts';
import { reliabilityDiagram } from './reliability';
import { page } from './page';

export function modelCardPage(card: ModelCard): string {
  const title = `Model card: ${cardTitle(card)}`;
  const verdict = { tone: card.verdict?.passed ? 'passed' : 'warned', words: escape(card.headline) };
  return page(title, verdict, [
    gate(card),
    list('When not to trust it', card.whenNotToTrust),
    facts(card),
    figures(card),
    reliability(card),
    partitions(card),
    list(
      'Sessions needed before a claim',
      card.sessionsNeeded.map(({ words }) => words),
    ),
    folds(card),
  ]);
}

const list = (title: string, items: readonly string[]): string =>
  section(title, `<ul>\n${items.map((item) => `<li>${escape(item)}</li>`).join('\n')}\n</ul>`);

const milli = (nats: number | null): Cell => (nats === null ? NaN : { figure: thousandths(nats) });

function gate({ verdict, comparisons }: ModelCard): string {
  return section(
    'Against what is known without it',
    ...(verdict ? verdict.words.slice(1).map(paragraph) : []),
    table(
      'How much less its forecasts cost, thousandths of a nat an episode, with 90 % intervals by whole sessions',
      ['Against', 'Gain', 'from', 'to', 'Sessions', 'Episodes', 'Above zero'],
      comparisons.map((one) => [
        one.against === 'martingale' ? 'martingale value (direction)' : one.against,
        milli(one.gain),
        milli(one.low),
        milli(one.high),
        one.sessions,
        one.n,
        isAbove(one) ? mark('yes', 'good') : 'no',
      ]),
    ),
  );
}

function facts(card: ModelCard): string {
  const found = modelFacts(card).map(
    ({ label, text }) => `<dt>${escape(label)}</dt><dd>${escape(text)}</dd>`,
  );
  return section('What it is', `<dl>\n${found.join('\n')}\n</dl>`);
}

function figures({ record: { metrics, evaluation } }: ModelCard): string {
  const { nullGain } = evaluation;
  const rows = Object.entries({ ...metrics, ...(nullGain && { 'gain with shuffled outcomes': nullGain }) });
  return section(
    'Figures out of sample',
    table(
      'With 90 % intervals by whole sessions',
      ['Figure', 'Value and interval', 'Unit', 'n'],
      rows.map(([name, one]) => [name.replaceAll('_', ' '), estimateText(one), unitText(one.unit), one.n]),
    ),
  );
}

function reliability({ record: { evaluation } }: ModelCard): string {
  const bins = evaluation.reliability;
  if (bins.length === 0) return section('Reliability', paragraph('It was not scored finely enough to say.'));
  return section(
    'Reliability',
    reliabilityDiagram(bins),
    table(
      'The same in figures',
      ['Class', 'Forecast', 'Came true', 'from', 'to', 'n'],
      bins.map((bin) => [
        bin.outcome,
        ...[bin.forecast, bin.observed, bin.low, bin.high].map((share) => fixed(share, 3)),
        bin.n,
      ]),
    ),
  );
}

const percent = (share: number) => fixed(share * 100, 1);

function partitions({ record: { evaluation } }: ModelCard): string {
  return section(
    'By partition',
    evaluation.partitions.length === 0
      ? paragraph('It was not scored by partition.')
      : table(
          'Base rates in per cent; gain over them in thousandths of a nat an episode with its 90 % interval',
          ['Level', 'Direction', 'Time of day', 'n', 'Sessions', ...CLASSES, 'Gain', 'from', 'to', 'Shown'],
          evaluation.partitions.map((one) => [
            one.level,
            one.direction,
            one.timeOfDay,
            one.n,
            one.sessions,
            ...one.shares.map(percent),
            milli(one.gain),
            milli(one.low),
            milli(one.high),
            shownIn(one),
          ]),
        ),
  );
}

const folds = ({ record: { evaluation } }: ModelCard): string =>
  section(
    'Folds',
    table(
      'Fitted to earlier sessions, judged on later ones',
      ['Fitted from', 'to', 'Episodes', 'Judged from', 'to', 'Episodes'],
      evaluation.folds.map((fold) => [
        fold.trainFrom,
        fold.trainTo,
        fold.trained,
        fold.testFrom,
        fold.testTo,
        fold.tested,
      ]),
    ),
  );
