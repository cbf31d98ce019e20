/** Commands that are printed as hints, or stand in the README, do in a lake with data what they say: those that end by themselves. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtLake } from '../../support/builtLake';
import { documented, printed, wordsOf } from '../../support/hints';
import { temporaryFolder } from '../../support/lake';
import { documentOf, spymasterHere as run } from '../../support/spymaster';

/** What only looks at a lake, or at raw files; a backfill is only planned. */
const ENDS =
  /^(status|partitions|tables|graph|lineage|quality|outcomes|features|config|query|sql -f|export|raw list|dbn|book|dead-letters list|models list|episodes (list|show)|verify (labels|as-of)|backfill --symbol|completion)\b/;

const hints = [...new Set([...printed, ...documented].map(({ hint }) => hint))].filter((hint) =>
  ENDS.test(hint),
);

let lake: string;
let place: Record<string, string>;
const cwd = process.cwd();
beforeAll(async () => {
  // Hints name files of the folder they are typed in.
  process.chdir(temporaryFolder());
  writeFileSync('config.yaml', 'features: { episodes: { sessionWindow: all-hours } }\n');
  process.env.SPYMASTER_CONFIG = join(process.cwd(), 'config.yaml');
  lake = await builtLake({ events: 20_000 });
  process.env.SPYMASTER_LAKE = lake;
  const { episodes } = documentOf<{ episodes: { id: string; level: string; timeOfDay: string }[] }>(
    await run('episodes', 'list', '--json'),
  );
  const raw = join(lake, '..', 'raw');
  const file = readdirSync(raw).find((name) => name.includes('.mbo.dbn'));
  place = {
    FILE: join(raw, String(file)),
    EPISODE: episodes[0].id,
    LEVEL: episodes[0].level,
    PM_HIGH: episodes[0].level,
    T0_15: episodes[0].timeOfDay,
    '2023-12-26': '2024-03-05',
    '2023-12-25T23:10:00Z': '2024-03-05T15:00:00Z',
    '2024-03-28': '2024-03-08',
  };
  writeFileSync('report.sql', 'SELECT count(*) AS n FROM silver.bars;\n');
  writeFileSync('notes.csv', `episode_id,note\n${episodes[0].id},seen\n`);
});
afterAll(() => process.chdir(cwd));

const here = (word: string) =>
  Object.entries(place).reduce((text, [name, meant]) => text.replaceAll(name, meant), word);

test('many hints end by themselves', () => {
  expect(hints.length).toBeGreaterThan(30);
});

test.each(hints)('%s', async (hint) => {
  const dry = hint.startsWith('backfill') && !hint.includes('--dry-run') ? ['--dry-run'] : [];
  const { code, stdout, stderr } = await run(...wordsOf(hint).map(here), ...dry);
  expect(stderr).not.toMatch(/^ +at |^error|not found/m);
  expect({ code, stderr }).toEqual({ code: 0, stderr });
  expect(stdout + stderr).not.toBe('');
});
