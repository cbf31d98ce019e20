/** Option values, checked as they are read. */
import { InvalidArgumentError } from 'commander';
import { LAYERS, type Layer } from '../../graph/datasets/layers';

/** A count or an id that a double holds exactly. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** A list of layers such as `bronze,silver`. */
export function parseLayers(text: string): Layer[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(LAYERS as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`There is no layer ${unknown}: choose of ${LAYERS.join(',')}.`);
  return names as Layer[];
}
