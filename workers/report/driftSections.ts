/** How far the date's features lie from those of earlier sessions. */
import { DRIFT_SESSIONS, type DriftReport, type FeatureDrift } from '../../activities/reports/driftReport';
import { judgeDrift, PSI_LARGE, PSI_MODERATE } from '../../graph/quality/drift';
import { mark } from './cells';
import { driftInWords } from './facts';
import { paragraph, section, table, type Cell } from './html';
import { sideBar } from './svg';

/** Vectors have 144 dimensions; those that moved most are shown. */
const VECTOR_ROWS = 16;

const DRIFT_NOTE =
  'Shift is the difference of the means in pooled standard deviations, the bar as far as 2; PSI the population stability index over ' +
  `tenths of the earlier values: under ${PSI_MODERATE} stable, from ${PSI_LARGE} on large. n counts the values that are defined.`;

export function driftOfBars(drift: DriftReport): string {
  return section(
    'Drift of bars',
    paragraph(`Regular trading hours of silver.bars, ${driftInWords(drift)} (at most ${DRIFT_SESSIONS}).`),
    drift.features.length === 0 ? '' : paragraph(DRIFT_NOTE) + driftTable('Figures of bars', drift.features),
  );
}

export function driftOfVectors(drift: DriftReport): string {
  const size = ({ standardised }: FeatureDrift) => (Number.isNaN(standardised) ? -1 : Math.abs(standardised));
  const most = [...drift.features].sort((a, b) => size(b) - size(a)).slice(0, VECTOR_ROWS);
  return section(
    'Drift of vectors',
    paragraph(`gold.vectors, ${driftInWords(drift)} (at most ${DRIFT_SESSIONS}).`),
    most.length === 0
      ? ''
      : driftTable(`The ${most.length} of ${drift.features.length} dimensions whose means moved most`, most),
  );
}

function driftTable(caption: string, features: readonly FeatureDrift[]): string {
  return table(
    caption,
    ['Figure', 'Unit', 'n', 'n earlier', 'Mean', 'Mean earlier', 'Shift', '-2 to 2', 'PSI', 'Judged'],
    features.map(({ feature, unit, current, reference, standardised, psi }): Cell[] => {
      const verdict = judgeDrift(psi);
      return [
        feature,
        unit,
        current.n,
        reference.n,
        current.mean,
        reference.mean,
        Number(standardised.toFixed(3)),
        {
          html: Number.isNaN(standardised)
            ? ''
            : sideBar(standardised / 2, verdict === 'large' ? 'bad' : 'first'),
        },
        Number(psi.toFixed(3)),
        verdict === 'large' ? mark(verdict, 'bad') : verdict,
      ];
    }),
  );
}
