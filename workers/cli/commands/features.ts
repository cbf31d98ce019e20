/** `spymaster features [NAME]`: the dimensions of the vector. */
import type { Command } from 'commander';
import { SpymasterError } from '../../../graph/errors';
import { FEATURE_TABLE, FEATURES, NOTATION, type Feature } from '../../../graph/vectors/features';
import { CHANNELS } from '../../../graph/vectors/sequence';
import { note, print, printJson, printTable } from '../terminal/output';

export function define(command: Command): void {
  command
    .argument('[name]', 'a dimension, or part of the names of some')
    .option('--json', 'print one JSON document')
    .action((name: string | undefined, { json }: { json?: boolean }) => {
      const features = name === undefined ? FEATURES : named(name);
      if (json) printJson(document(features, name !== undefined));
      else if (features.length === 1) explain(features[0]);
      else list(features, name === undefined);
    });
}

/** @throws SpymasterError BadArgument if no name contains the text */
function named(name: string): readonly Feature[] {
  const exact = FEATURES.filter((feature) => feature.name === name);
  if (exact.length > 0) return exact;
  const found = FEATURES.filter((feature) => feature.name.includes(name.toLowerCase()));
  if (found.length > 0) return found;
  throw new SpymasterError('BadArgument', `No dimension is named "${name}"`, {
    expected: 'a name, or a part of names, that `./spymaster features` lists',
  });
}

function document(features: readonly Feature[], selected: boolean) {
  const channels = CHANNELS.map(({ name, unit, formula }) => ({ name, unit, formula }));
  const notation = Object.fromEntries(NOTATION.map(({ term, meaning }) => [term, meaning]));
  return { featureTable: FEATURE_TABLE, notation, features, ...(!selected && { channels }) };
}

function explain({ index, name, group, unit, formula, source }: Feature): void {
  printTable(
    ['dimension', name],
    [
      ['position', `${index} (${group})`],
      ['unit', unit],
      ['formula', formula],
      ['source', source],
    ],
  );
  note('What s, L, x, ahead, [m] and the like mean: ./spymaster features');
}

function list(features: readonly Feature[], whole: boolean): void {
  printTable(
    ['#', 'name', 'group', 'unit', 'formula'],
    features.map(({ index, name, group, unit, formula }) => [index, name, group, unit, formula]),
  );
  if (!whole) return;
  print('\n');
  printTable(
    ['channel of the sequence', 'unit', 'formula'],
    CHANNELS.map(({ name, unit, formula }) => [name, unit, formula]),
  );
  print('\n');
  printTable(
    ['in formulas', 'meaning'],
    NOTATION.map(({ term, meaning }) => [term, meaning]),
  );
}
