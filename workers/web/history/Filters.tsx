import { LEVEL_KINDS } from '../../../graph/levels/kinds';
import { OUTCOMES_ASKED } from '../../../graph/api/episodes';
import { changeQuery } from '../shell/router';

/** What episodes are narrowed to, as the address says it. */
export interface Chosen {
  readonly date?: string;
  readonly level?: string;
  readonly direction?: string;
  readonly timeOfDay?: string;
  readonly outcome?: string;
}

const NAMES = ['date', 'level', 'direction', 'timeOfDay', 'outcome'] as const satisfies (keyof Chosen)[];

export const TIMES_OF_DAY = [
  'T0_15',
  'T15_30',
  'T30_60',
  'T60_120',
  'T120_CLOSE',
  'OVERNIGHT',
  'PREMARKET',
  'POST',
];

const CHOICES = [
  { name: 'level', label: 'Level', values: LEVEL_KINDS },
  { name: 'direction', label: 'Direction', values: ['UP', 'DOWN'] },
  { name: 'timeOfDay', label: 'Time of day', values: TIMES_OF_DAY },
  { name: 'outcome', label: 'Outcome', values: OUTCOMES_ASKED },
] as const;

export const chosenIn = (query: URLSearchParams): Chosen =>
  Object.fromEntries(NAMES.flatMap((name) => (query.get(name) ? [[name, query.get(name)!]] : [])));

export function Filters({ chosen }: { chosen: Chosen }) {
  const any = Object.keys(chosen).length > 0;
  return (
    <div class="filters">
      {CHOICES.map(({ name, label, values }) => (
        <label key={name}>
          {label}
          <select
            value={chosen[name] ?? ''}
            onChange={(event) => changeQuery({ [name]: event.currentTarget.value })}
          >
            <option value="">all</option>
            {values.map((value) => (
              <option key={value}>{value}</option>
            ))}
          </select>
        </label>
      ))}
      {any && (
        <button
          type="button"
          onClick={() => changeQuery(Object.fromEntries(NAMES.map((name) => [name, undefined])))}
        >
          All episodes
        </button>
      )}
    </div>
  );
}
