/** Real market data for tests: it may not be redistributed, so it is found, never shipped. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const FOLDER = process.env.SPYMASTER_TEST_DATA ?? resolve(__dirname, '..', '..', '..', 'shared', 'data');

/** Path of a file of the real market data; the folder itself without an argument. */
export const dataPath = (...parts: string[]) => join(FOLDER, ...parts);

/** `describe` over real market data; without the data it says so loudly and skips. */
export const describeWithData: jest.Describe = existsSync(FOLDER) ? describe : skipLoudly();

function skipLoudly(): jest.Describe {
  process.stderr.write(
    `\n*** SKIPPED: no market data at ${FOLDER}; set SPYMASTER_TEST_DATA to its folder ***\n\n`,
  );
  return describe.skip;
}
