/** A quality report in a few sentences. */
import type { QualityReport } from '../../activities/reports/qualityReport';
import type { DriftReport } from '../../activities/reports/driftReport';
import { judgeDrift } from '../../graph/quality/drift';

interface Fact {
  label: string;
  text: string;
}

/** The findings to read first, in the terminal and on the page. */
export function factsOf({ data, inspection, deadLetters, drift, layers }: QualityReport): Fact[] {
  const letters = deadLetters.reduce((sum, { records }) => sum + records, 0);
  const facts = [
    { label: 'Data', text: data },
    { label: 'Layers', text: layers.map(({ layer, status }) => `${layer} ${status}`).join(', ') },
    {
      label: 'Dead letters',
      text:
        letters === 0
          ? 'none'
          : `${count(letters)} (${deadLetters.map(({ reason, records }) => `${reason} ${count(records)}`).join(', ')})`,
    },
  ];
  if (inspection) facts.push(...inspected(inspection));
  else facts.push({ label: 'Records', text: 'bronze.mbo of this date is not published' });
  facts.push({ label: 'Drift of bars', text: driftInWords(drift.bars) });
  facts.push({ label: 'Drift of vectors', text: driftInWords(drift.vectors) });
  return facts;
}

function inspected(inspection: NonNullable<QualityReport['inspection']>): Fact[] {
  const { records, tradingMinutes, coveredMinutes, silences, rate, latency, book } = inspection;
  const longest = Math.max(0, ...silences.map(({ seconds }) => seconds));
  const audits = book.snapshots.filter(({ audited }) => audited);
  const orders = audits.reduce((sum, audit) => sum + audit.orders, 0);
  const differing = audits.reduce((sum, audit) => sum + audit.missing + audit.extra + audit.changed, 0);
  return [
    {
      label: 'Records',
      text: `${count(records)}; a second of trading hours: median ${count(rate.median)}, 99 % ${count(rate.p99)}, highest ${count(rate.highest)}`,
    },
    {
      label: 'Coverage',
      text: `${count(coveredMinutes)} of ${count(tradingMinutes)} trading minutes; ${
        silences.length === 0
          ? 'no silence of a minute'
          : `${count(silences.length)} of silence over a minute, the longest ${longest.toFixed(0)} s`
      }`,
    },
    {
      label: 'Capture delay',
      text: `median ${micros(latency.median)}, 99 % ${micros(latency.p99)}, longest ${micros(latency.longest)}`,
    },
    {
      label: 'Book',
      text: `${count(book.crossedStates)} crossed and ${count(book.lockedStates)} locked of ${count(book.tradingStates)} states in trading`,
    },
    {
      label: "Audit against the venue's snapshots",
      text:
        audits.length === 0
          ? 'no snapshot came over a live book'
          : `${count(differing)} of ${count(orders)} orders differ, in ${count(audits.length)} ${audits.length === 1 ? 'snapshot' : 'snapshots'}`,
    },
  ];
}

/** How many sessions a date was compared with, and which features shifted most. */
export function driftInWords({ sessions, leftOut, features }: DriftReport): string {
  const others = leftOut === 0 ? '' : ` (${leftOut} built by other settings or code left out)`;
  if (sessions.length === 0) return `no earlier session in the lake to compare with${others}`;
  if (features.length === 0) return 'nothing of this date to compare';
  const against = `against ${sessions.length} earlier ${sessions.length === 1 ? 'session' : 'sessions'}${others}`;
  const judged = features.filter(({ psi }) => !Number.isNaN(psi));
  if (judged.length === 0) return `${against}: too few values for a distribution`;
  const large = judged.filter(({ psi }) => judgeDrift(psi) === 'large');
  const names = large.map(({ feature }) => feature).slice(0, 6);
  const more = large.length > names.length ? ` and ${large.length - names.length} more` : '';
  return `${against}: ${large.length} of ${judged.length} with a large shift${large.length > 0 ? ` (${names.join(', ')}${more})` : ''}`;
}

/** A whole number with its thousands separated. */
export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');

/** Microseconds as a duration with a fitting unit. */
function micros(value: number): string {
  if (!Number.isFinite(value)) return 'unknown';
  if (value < 1000) return `${value.toFixed(0)} us`;
  return value < 1e6 ? `${(value / 1000).toFixed(1)} ms` : `${(value / 1e6).toFixed(1)} s`;
}
