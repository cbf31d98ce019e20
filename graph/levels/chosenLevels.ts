/**
 * The levels that somebody has chosen while everything runs, in the place of those of the configuration file. They hold from the next
 * session of a contract on: one that is being followed goes on as it began, and so do its rows.
 */
import { z } from 'zod';
import { levelSettings, type FeatureSettings } from '../settings';

const { kinds, userPrices } = levelSettings.shape;

export const chosenLevels = z.strictObject({
  /** Rises with every change. */
  version: z.int().positive(),
  /** When it was chosen, ISO UTC. */
  at: z.iso.datetime(),
  /** null: those of the configuration file again. */
  levels: z.strictObject({ kinds, userPrices }).nullable(),
});

export type ChosenLevels = z.output<typeof chosenLevels>;
export type LevelChoice = NonNullable<ChosenLevels['levels']>;

/** The settings with what was chosen; as they are configured, where nothing was. */
export const withLevels = (
  features: FeatureSettings,
  chosen: Pick<ChosenLevels, 'levels'> | undefined,
): FeatureSettings =>
  chosen?.levels ? { ...features, levels: { ...features.levels, ...chosen.levels } } : features;
