/** Choosing levels while everything runs. */
import { z } from 'zod';
import { LEVEL_KINDS } from '../levels/kinds';

/** Prices of one product's own. */
const MOST_PRICES = 100;

export const levelsBody = z.strictObject({
  after: z
    .int()
    .nonnegative()
    .describe('version that is changed, as /settings tells it; 0 where nothing was ever chosen'),
  levels: z
    .strictObject({
      kinds: z
        .array(z.enum(LEVEL_KINDS).exclude(['USER']))
        .max(LEVEL_KINDS.length)
        .describe('that are watched'),
      userPrices: z
        .record(z.string().max(20), z.array(z.number()).max(MOST_PRICES))
        .describe("the user's own levels, points, by product; on its ticks"),
    })
    .nullable()
    .describe('null: as the configuration file has them'),
});

export type LevelsAsked = z.input<typeof levelsBody>;

export const levelsAnswer = z.strictObject({ version: z.int().positive(), at: z.iso.datetime() });
