import { attribute } from '../../../graph/precedents/attribution';
import { EVEN_WEIGHTS } from '../../../graph/precedents/distance';
import { primaryOutcome } from '../../../graph/precedents/episodes';
import { momentsOf } from '../../../graph/statistics/moments';
import { FEATURES, GROUP_SIZES, GROUPS } from '../../../graph/vectors/features';
import { normalise } from '../../../graph/vectors/normalise';
import { AS_IT_IS, pastEpisodes } from './pastEpisodes';

const [TOUCH, ...PRECEDENTS] = pastEpisodes(4, { sessions: 41, perSession: 1, signal: 3 });
const WEIGHTS = EVEN_WEIGHTS.map((_, k) => (k % 7 === 0 ? 0 : 1 + (k % 3)));
const MEASURED = { normalisation: AS_IT_IS, weights: WEIGHTS };

/** Of one dimension, those that have it, in standard deviations. */
const valuesOf = (k: number, of: typeof PRECEDENTS) =>
  of
    .map(({ raw, masked }) => normalise(raw, masked, AS_IT_IS)[k])
    .map((value) => Math.fround(value * Math.sqrt(GROUP_SIZES[FEATURES[k].group])))
    .filter((value) => !Number.isNaN(value));

/** What a dimension adds to squared distances, usual and found: by its definition. */
function dimension(k: number) {
  const weight = WEIGHTS[k] ** 2 / GROUP_SIZES[FEATURES[k].group];
  const [own] = valuesOf(k, [TOUCH]);
  const others = valuesOf(k, PRECEDENTS);
  const near = others.reduce((sum, other) => sum + (own - other) ** 2, 0) / others.length;
  return { usual: weight * (own ** 2 + 1), near: weight * near };
}

const COUNTED = FEATURES.filter(({ index: k, group }) => WEIGHTS[k] !== 0 && !TOUCH.masked[group]);
const gap = (k: number) => dimension(k).usual - dimension(k).near;
const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

it('shares what makes precedents alike among dimensions, and groups of them', () => {
  const { features, groups } = attribute(TOUCH, PRECEDENTS, MEASURED, 8);
  const total = sumOf(COUNTED.map(({ index }) => gap(index)));
  const first = [...COUNTED].sort((a, b) => gap(b.index) - gap(a.index)).slice(0, 8);
  expect(features.map(({ feature }) => feature)).toEqual(first.map(({ name }) => name));
  features.forEach(({ likeness, share, group }, i) => {
    const { near, usual } = dimension(first[i].index);
    expect(group).toBe(first[i].group);
    expect(likeness).toBeCloseTo(1 - near / usual, 12);
    expect(share).toBeCloseTo(total > 0 ? (usual - near) / total : 0, 12);
  });
  const present = GROUPS.filter((group) => COUNTED.some((one) => one.group === group));
  expect(groups.map(({ group }) => group)).toEqual(present);
  for (const { group, share, likeness } of groups) {
    const of = COUNTED.filter((one) => one.group === group).map(({ index }) => index);
    expect(share).toBeCloseTo(total > 0 ? sumOf(of.map(gap)) / total : 0, 12);
    const [near, usual] = (['near', 'usual'] as const).map((key) => sumOf(of.map((k) => dimension(k)[key])));
    expect(likeness).toBeCloseTo(1 - near / usual, 12);
  }
});

it('contrasts those that broke with those rejected, by Welch', () => {
  const { contrasts } = attribute(TOUCH, PRECEDENTS, MEASURED, 5);
  const [broke, rejected] = [0, 1].map((c) => PRECEDENTS.filter((one) => primaryOutcome(one) === c));
  const all = FEATURES.filter(({ group }) => !TOUCH.masked[group]).map(({ index: k, name }) => {
    const [a, b] = [broke, rejected].map((of) => momentsOf(valuesOf(k, of), 'n - 1'));
    const t = (a.mean - b.mean) / Math.sqrt(a.deviation ** 2 / a.n + b.deviation ** 2 / b.n);
    return { feature: name, broke: a.mean, rejected: b.mean, touch: valuesOf(k, [TOUCH])[0], t };
  });
  const greatest = all.sort((a, b) => Math.abs(b.t) - Math.abs(a.t)).slice(0, 5);
  expect(contrasts).toEqual(greatest.map((one) => expect.objectContaining(one)));
});

it('says nothing of masked groups, and contrasts nothing where too few broke', () => {
  const nothing = { ...TOUCH, masked: { geometry: true, book: true, options: true } };
  expect(attribute(nothing, PRECEDENTS, MEASURED, 8)).toEqual({ features: [], groups: [], contrasts: [] });
  const rejected = PRECEDENTS.filter((one) => primaryOutcome(one) === 1);
  expect(attribute(TOUCH, rejected, MEASURED, 8).contrasts).toEqual([]);
});
