/** What a search may choose, and where that lies on the axis it is searched along. */
import { SpymasterError } from '../../errors';

/** A parameter; with `log` it is searched by its logarithm. Ends are included. */
export type Parameter =
  | {
      readonly name: string;
      readonly kind: 'real' | 'integer';
      readonly low: number;
      readonly high: number;
      readonly log?: boolean;
    }
  | { readonly name: string; readonly kind: 'choice'; readonly choices: readonly string[] };

export type Axis = Extract<Parameter, { low: number }>;
export type Choice = Extract<Parameter, { kind: 'choice' }>;

/** A value for every parameter, by name. */
export type Values = Readonly<Record<string, number | string>>;

/** Ends of the axis a number is searched along: an integer owns half the way to its neighbours. */
export function endsOf({ kind, low, high, log }: Axis): { low: number; high: number } {
  const ends = kind === 'integer' ? { low: low - 0.5, high: high + 0.5 } : { low, high };
  return log ? { low: Math.log(ends.low), high: Math.log(ends.high) } : ends;
}

/** Where a value lies on its axis. */
export const placeOf = ({ log }: Axis, value: number): number => (log ? Math.log(value) : value);

/** The value at a place of its axis: whole where it is an integer, within its ends. */
export function valueAt({ kind, low, high, log }: Axis, place: number): number {
  const value = log ? Math.exp(place) : place;
  const whole = kind === 'integer' ? Math.round(value) : value;
  return Math.min(Math.max(whole, low), high);
}

/** @throws SpymasterError BadArgument naming what a value is missing for, or lies outside of */
export function checkValues(space: readonly Parameter[], values: Values): void {
  for (const parameter of space) {
    const value = values[parameter.name];
    const within =
      parameter.kind === 'choice'
        ? parameter.choices.includes(value as string)
        : typeof value === 'number' && value >= parameter.low && value <= parameter.high;
    if (within) continue;
    const expected =
      parameter.kind === 'choice' ? parameter.choices.join(', ') : `${parameter.low} to ${parameter.high}`;
    throw new SpymasterError('BadArgument', `${parameter.name} is ${String(value)}`, {
      field: parameter.name,
      expected,
    });
  }
}
