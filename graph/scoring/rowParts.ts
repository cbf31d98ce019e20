/** What a model is fed, of what a request has: as training makes it of the same rows of the lake. */
import { baselineFeatures } from '../models/baselineFeatures';
import { approachSteps } from '../models/training/approachSteps';
import { volatilityOf, type Measured } from '../models/training/baselineRows';
import type { InputPart } from '../models/registry/modelVersion';
import { CHANNELS } from '../vectors/sequence';
import { SPAN } from '../vectors/touchView';
import type { RequestProblem } from '../requestProblems';
import { undefinedAsNaN, type ScoreRow } from './request';

type RowParts = Partial<Record<InputPart, Float32Array>>;

/** Facts of gold.episodes that the baseline is computed from, besides the vector. */
const FACTS = ['touchDistance', 'minutesSinceOpen', 'minutesToClose'] as const;

const barsOf = ({ barSeconds }: Measured): number => (SPAN * 60) / barSeconds;

/** Parts whose facts are there; the sequence, which is most of the work, where it is wanted. */
export function rowParts(row: ScoreRow, measured: Measured, wanted: readonly InputPart[]): RowParts {
  const vector = undefinedAsNaN(row.vector);
  const { touchDistance, minutesSinceOpen, minutesToClose } = row;
  const known = touchDistance !== undefined && minutesSinceOpen !== undefined && minutesToClose !== undefined;
  const sequence = wanted.includes('sequence') && row.sequence;
  return {
    vector,
    ...(known && {
      baseline: Float32Array.from(
        baselineFeatures(
          {
            volatility: volatilityOf(vector, measured.barSeconds),
            distance: touchDistance,
            minutesSinceOpen,
            minutesToClose,
          },
          measured,
        ),
        (value) => (Number.isFinite(value) ? value : NaN),
      ),
    }),
    ...(sequence && { sequence: approachSteps(undefinedAsNaN(sequence), CHANNELS.length, barsOf(measured)) }),
  };
}

/** Which fact a part of a row lacks; undefined if it lacks none. */
export function missingFact(row: ScoreRow, part: InputPart, measured: Measured): RequestProblem | undefined {
  if (part === 'baseline') {
    const field = FACTS.find((fact) => row[fact] === undefined);
    return field && { field, message: 'the model needs it, as gold.episodes has it' };
  }
  if (part !== 'sequence') return undefined;
  const most = barsOf(measured) * CHANNELS.length;
  const field = 'sequence';
  if (!row.sequence) return { field, message: 'the model needs it, as gold.vectors has it' };
  const { length } = row.sequence;
  if (length === 0 || length % CHANNELS.length !== 0 || length > most)
    return {
      field,
      message: `has ${length} numbers, not ${CHANNELS.length} a bar of at most ${most / CHANNELS.length} bars`,
    };
  return undefined;
}
