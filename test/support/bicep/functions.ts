/** Functions of Bicep, as far as templates here call them. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Value = null | boolean | number | string | Value[] | { [name: string]: Value } | Lambda;
export type Lambda = (...values: Value[]) => Value;

/** Where a deployment goes. */
export interface Place {
  subscription: string;
  tenant: string;
  resourceGroup: string;
  location: string;
}

/** What a function knows of the file that calls it. */
export interface Caller {
  file: string;
  place: Place;
}

type BicepFunction = (caller: Caller, ...values: never[]) => Value;

const text = (value: Value): string => {
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
/** Thirteen characters as `uniqueString` has them, other ones. */
const unique = (_: Caller, ...values: string[]): string =>
  BigInt(`0x${createHash('sha256').update(values.join('-')).digest('hex').slice(0, 20)}`)
    .toString(36)
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(0, 13)
    .padEnd(13, 'a');

const guid = (_: Caller, ...values: string[]): string => {
  const hex = createHash('sha256').update(values.join('-')).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
};

const functions: Record<string, BicepFunction> = {
  resourceGroup: ({ place }) => ({
    id: `/subscriptions/${place.subscription}/resourceGroups/${place.resourceGroup}`,
    name: place.resourceGroup,
    location: place.location,
  }),
  subscription: ({ place }) => ({
    id: `/subscriptions/${place.subscription}`,
    subscriptionId: place.subscription,
    tenantId: place.tenant,
  }),
  tenant: ({ place }) => ({ tenantId: place.tenant }),
  environment: () => ({
    suffixes: { storage: 'core.windows.net', keyvaultDns: '.vault.azure.net', acrLoginServer: '.azurecr.io' },
    authentication: { loginEndpoint: 'https://login.microsoftonline.com/' },
    resourceManager: 'https://management.azure.com/',
  }),
  subscriptionResourceId: ({ place }, type: string, ...names: string[]) =>
    `/subscriptions/${place.subscription}/providers/${type}/${names.join('/')}`,
  resourceId: ({ place }, type: string, ...names: string[]) => resourceId(place, type, names),
  uniqueString: unique,
  guid,
  toLower: (_, value: string) => value.toLowerCase(),
  toUpper: (_, value: string) => value.toUpperCase(),
  take: (_, value: string | Value[], count: number) => value.slice(0, count),
  replace: (_, value: string, from: string, to: string) => value.replaceAll(from, to),
  split: (_, value: string, at: string) => value.split(at),
  join: (_, values: Value[], between: string) => values.map(text).join(between),
  concat: (_, ...values: Value[][]) => values.flat(),
  empty: (_, value: Value) =>
    value === null || (typeof value === 'object' ? Object.keys(value).length === 0 : value === ''),
  length: (_, value: string | Value[]) => value.length,
  contains: (_, value: string | Value[] | Record<string, Value>, part: string) =>
    typeof value === 'string' || Array.isArray(value) ? value.includes(part) : part in value,
  startsWith: (_, value: string, start: string) => value.startsWith(start),
  string: (_, value: Value) => text(value),
  int: (_, value: string) => Number.parseInt(value, 10),
  json: (_, value: string) => JSON.parse(value) as Value,
  range: (_, start: number, count: number) => Array.from({ length: count }, (_, k) => start + k),
  union: (_, ...values: Value[]) =>
    Array.isArray(values[0])
      ? [...new Set((values as Value[][]).flat())]
      : (Object.assign({}, ...values) as Record<string, Value>),
  map: (_, values: Value[], each: Lambda) => values.map((value) => each(value)),
  filter: (_, values: Value[], each: Lambda) => values.filter((value) => each(value) === true),
  flatten: (_, values: Value[][]) => values.flat(),
  items: (_, value: Record<string, Value>) =>
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, of]) => ({ key, value: of })),
  toObject: (_, values: Value[], key: Lambda, value: Lambda = (one) => one) =>
    Object.fromEntries(values.map((one) => [text(key(one)), value(one)])),
  loadTextContent: ({ file }, path: string) => readFileSync(join(dirname(file), path), 'utf8'),
  loadJsonContent: ({ file }, path: string) =>
    JSON.parse(readFileSync(join(dirname(file), path), 'utf8')) as Value,
  base64: (_, value: string) => Buffer.from(value).toString('base64'),
  min: (_, ...values: number[]) => Math.min(...values),
  max: (_, ...values: number[]) => Math.max(...values),
  utcNow: () => '2026-01-01',
};

export const FUNCTIONS: ReadonlyMap<string, BicepFunction> = new Map(Object.entries(functions));
/** Names before functions that belong to no symbol. */
export const NAMESPACES: ReadonlySet<string> = new Set(['az', 'sys']);

/** Id of a resource of the group, as Azure makes it: types and names in turn. */
export function resourceId(
  { subscription, resourceGroup }: Place,
  type: string,
  names: readonly string[],
): string {
  const [provider, ...types] = type.split('/');
  const steps = types.map((one, k) => `${one}/${names[k]}`).join('/');
  return `/subscriptions/${subscription}/resourceGroups/${resourceGroup}/providers/${provider}/${steps}`;
}
