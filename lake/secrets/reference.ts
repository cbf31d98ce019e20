/** How a secret stands in the configuration or the environment: itself, or as `vault:NAME`, which names it in the vault. */
import { z } from 'zod';

const PREFIX = 'vault:';
/** As Key Vault names them. */
const NAME = /^[0-9A-Za-z-]{1,127}$/;

export const isReference = (text: string): boolean => text.startsWith(PREFIX);

/** The name in a reference; undefined in what is none, or has none. */
export const nameIn = (text: string): string | undefined =>
  isReference(text) ? NAME.exec(text.slice(PREFIX.length))?.[0] : undefined;

export const BAD_NAME = `must be ${PREFIX} and the name of a secret: letters, digits and hyphens`;

/**
 * A secret as a setting.
 * @param holds for one that stands there itself
 * @param otherwise what that must be, in words
 */
export const secretSetting = (holds: (text: string) => boolean, otherwise: string) =>
  z
    .string()
    .refine((text) => !isReference(text) || nameIn(text) !== undefined, BAD_NAME)
    .refine((text) => isReference(text) || holds(text), `${otherwise}, or be ${PREFIX}NAME`);

/** As it may be shown: where it is to be found, never what it is. */
export const shownSecret = (text: string | undefined): string =>
  text === undefined ? 'not set' : isReference(text) ? text : 'set';
