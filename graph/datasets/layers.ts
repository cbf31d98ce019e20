/**
 * Layers: datasets of one unit that are built in one pass and published together. In the order in which they are built; a layer
 * reads those before it, and none after it.
 */
import type { Unit } from './units';

export const LAYERS = ['bronze', 'silver', 'gold', 'normalisation'] as const;
export type Layer = (typeof LAYERS)[number];

export const UNIT_OF: Readonly<Record<Layer, Unit>> = {
  bronze: 'contract-date',
  silver: 'contract-date',
  gold: 'contract-date',
  normalisation: 'product-date',
};

/** The layers of one unit, in order: each partition is built through them one upon the other. */
export const layersOf = (unit: Unit): Layer[] => LAYERS.filter((layer) => UNIT_OF[layer] === unit);
