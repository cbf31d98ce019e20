/**
 * Whether and where builds are told of as lineage, by the variables that OpenLineage's clients share: OPENLINEAGE_URL, _ENDPOINT,
 * _API_KEY, _NAMESPACE, _DISABLED, OPENLINEAGE__TRANSPORT__..., or a file that OPENLINEAGE_CONFIG names.
 * Source: "Python client: configuration", openlineage.io.
 */
import { z } from 'zod';
import type { LineageSettings } from '../../activities/lineage/toldRun';
import { SpymasterError } from '../../graph/errors';
import { secretSetting } from '../../lake/secrets/reference';
import { readYaml, validate } from '../configFile';
import { productVersion } from '../version';

const NAMESPACE = 'spymaster';

/** Of an environment variable, everything is text. */
const yes = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

const transport = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('http'),
    url: z.url({ protocol: /^https?$/ }),
    endpoint: z.string().default('api/v1/lineage'),
    /** Seconds. */
    timeout: z.coerce.number().positive().default(5),
    auth: z
      .object({
        type: z.literal('api_key'),
        apiKey: secretSetting((text) => text !== '', 'must not be empty'),
      })
      .optional(),
  }),
  z.object({
    type: z.literal('file'),
    log_file_path: z.string().min(1),
    /** To one file, a line each; otherwise each into a file of its own, whose name this begins. */
    append: yes.default(false),
  }),
  z.object({ type: z.literal('console') }),
]);

export type LineageTransport = z.output<typeof transport>;

/** Undefined where nobody wants to know. @throws SpymasterError BadConfig naming every wrong value */
export function lineageSettings(environment = process.env): LineageSettings | undefined {
  if (!lineageTransport(environment)) return undefined;
  return { namespace: environment.OPENLINEAGE_NAMESPACE || NAMESPACE, version: productVersion() };
}

/** Where events go; undefined where nobody wants to know. @throws SpymasterError BadConfig naming every wrong value */
export function lineageTransport(environment = process.env): LineageTransport | undefined {
  if (environment.OPENLINEAGE_DISABLED?.trim().toLowerCase() === 'true') return undefined;
  const chosen = fromVariables(environment) ?? fromFile(environment) ?? fromUrl(environment);
  if (!chosen || chosen.value.type === 'noop') return undefined;
  return validate(transport, chosen.value, chosen.source);
}

interface Chosen {
  readonly value: Record<string, unknown>;
  /** What says so, for messages. */
  readonly source: string;
}

const PREFIX = 'OPENLINEAGE__TRANSPORT__';
/** As the file writes them; variables are in capitals. */
const NAMES: Record<string, string> = { apikey: 'apiKey' };

/** `OPENLINEAGE__TRANSPORT__AUTH__APIKEY=x` is `{ auth: { apiKey: 'x' } }`; a value may be JSON. */
function fromVariables(environment: NodeJS.ProcessEnv): Chosen | undefined {
  const value: Record<string, unknown> = {};
  for (const [variable, text = ''] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX)) continue;
    const path = variable.slice(PREFIX.length).toLowerCase().split('__');
    let at = value;
    for (const part of path.slice(0, -1)) at = (at[part] ??= {}) as Record<string, unknown>;
    const last = path.at(-1)!;
    at[NAMES[last] ?? last] = text.startsWith('{') ? parsed(variable, text) : text;
  }
  return Object.keys(value).length > 0 ? { value, source: `${PREFIX}...` } : undefined;
}

function parsed(variable: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SpymasterError(
      'BadConfig',
      `${variable} is not valid JSON`,
      { field: variable },
      { cause: error },
    );
  }
}

function fromFile({ OPENLINEAGE_CONFIG: file }: NodeJS.ProcessEnv): Chosen | undefined {
  if (!file) return undefined;
  const { transport: value } = (readYaml(file) ?? {}) as { transport?: Record<string, unknown> };
  if (value) return { value, source: file };
  throw new SpymasterError('BadConfig', `${file} names no transport`, { file, field: 'transport' });
}

function fromUrl({
  OPENLINEAGE_URL: url,
  OPENLINEAGE_ENDPOINT: endpoint,
  OPENLINEAGE_API_KEY: apiKey,
}: NodeJS.ProcessEnv): Chosen | undefined {
  if (!url) return undefined;
  const auth = apiKey && { type: 'api_key', apiKey };
  return {
    value: { type: 'http', url, ...(endpoint && { endpoint }), ...(auth && { auth }) },
    source: 'OPENLINEAGE_URL',
  };
}
