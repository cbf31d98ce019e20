#!/usr/bin/env node
// @ts-check
/**
 * Makes `armSchemas.json` anew: a JSON Schema of every resource type the templates use, from the mappers and types of Azure's management
 * clients, which are installed into a folder that is removed again. Unlike the clients these schemas are closed: a property that is not
 * there is an error, and what the service only reads out cannot be written.
 *
 *   node infra/azure/facts/deriveSchemas.js
 */
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { SOURCES } = require('./resourceTypes');

const OUT = path.join(__dirname, 'armSchemas.json');
const PRIMITIVES = /** @type {Record<string, object>} */ ({
  String: { type: 'string' },
  Uuid: { type: 'string' },
  DateTime: { type: 'string' },
  Date: { type: 'string' },
  TimeSpan: { type: 'string', pattern: '^P(?!$)(\\d+D)?(T(?!$)(\\d+H)?(\\d+M)?(\\d+S)?)?$' },
  ByteArray: { type: 'string' },
  Base64Url: { type: 'string' },
  Number: { type: 'number' },
  Boolean: { type: 'boolean' },
  any: {},
  Object: {},
});
/** JSON Schema's name of a mapper's constraint. */
const CONSTRAINTS = /** @type {Record<string, string>} */ ({
  MinLength: 'minLength',
  MaxLength: 'maxLength',
  InclusiveMinimum: 'minimum',
  InclusiveMaximum: 'maximum',
  MinItems: 'minItems',
  MaxItems: 'maxItems',
});

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'arm-'));
  try {
    const packages = SOURCES.map(({ name, version }) => `@azure/arm-${name}@${version}`);
    fs.writeFileSync(path.join(folder, 'package.json'), '{}');
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    /** @type {Record<string, object>} */
    const defs = {};
    /** @type {Record<string, object>} */
    const resources = {};
    for (const source of SOURCES) {
      const reader = await ClientReader.open(folder, source, defs);
      for (const [type, mapper] of Object.entries(source.types)) resources[type] = reader.reference(mapper);
    }
    const comment = JSON.stringify(`Derived by deriveSchemas.js from ${packages.join(', ')}`);
    fs.writeFileSync(
      OUT,
      `{"$comment": ${comment},\n"resources": ${lines(resources)},\n"$defs": ${lines(defs)}}\n`,
    );
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * An entry a line, so that a change shows as what it is.
 * @param {Record<string, object>} of
 */
const lines = (of) =>
  `{\n${Object.entries(of)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(',\n')}\n}`;

/** The classes of one client, as schemas in `defs` named `CLIENT.CLASS`. */
class ClientReader {
  /**
   * @param {string} folder
   * @param {import('./resourceTypes').Source} source
   * @param {Record<string, object>} defs
   */
  static async open(folder, source, defs) {
    const root = path.join(folder, 'node_modules', '@azure', `arm-${source.name}`);
    const models = ['dist/esm/models', 'dist-esm/src/models'].find((at) =>
      fs.existsSync(path.join(root, at)),
    );
    if (models === undefined) throw new Error(`${source.name} has no mappers`);
    const mappers = await import(path.join(root, models, 'mappers.js'));
    const types = ['dist/esm/models/index.d.ts', 'types/arm-' + source.name + '.d.ts']
      .map((at) => path.join(root, at))
      .find(fs.existsSync);
    if (types === undefined) throw new Error(`${source.name} has no types`);
    return new ClientReader(
      source,
      mappers,
      new Choices(fs.readFileSync(types, 'utf8').replaceAll('\r', '')),
      defs,
    );
  }

  /**
   * @param {import('./resourceTypes').Source} source
   * @param {any} mappers
   * @param {Choices} choices
   * @param {Record<string, object>} defs
   */
  constructor(source, mappers, choices, defs) {
    this.source = source;
    this.mappers = mappers;
    this.choices = choices;
    this.defs = defs;
  }

  /** @param {string} name of a class */
  reference(name) {
    const key = `${this.source.name}.${name}`;
    if (this.source.apart?.includes(name)) return { type: 'object' };
    if (!(key in this.defs)) {
      this.defs[key] = {};
      Object.assign(this.defs[key], this.classSchema(name));
    }
    return { $ref: `#/$defs/${key}` };
  }

  /**
   * @param {string} name
   * @returns {object}
   */
  classSchema(name) {
    const mapper = this.mappers[name];
    if (!mapper) throw new Error(`${this.source.name} has no ${name}`);
    const { polymorphicDiscriminator: kind, modelProperties, additionalProperties } = mapper.type;
    const kinds = kind ? this.kindsOf(name) : [];
    if (kinds.length > 0) return { anyOf: kinds.map((one) => this.reference(one)) };
    /** @type {Record<string, any>} */
    const schema = { type: 'object', properties: {}, additionalProperties: false };
    if (additionalProperties)
      schema.additionalProperties = this.valueSchema({ type: additionalProperties.type });
    for (const [property, value] of Object.entries(modelProperties ?? {}))
      if (!value.readOnly) this.place(schema, name, property, value);
    if (kind && mapper.serializedName)
      schema.properties[kind.serializedName] = { const: mapper.serializedName };
    return schema;
  }

  /** @param {string} base */
  kindsOf(base) {
    const known = Object.entries(this.mappers.discriminators ?? {})
      .filter(([key]) => key.startsWith(`${base}.`))
      .map(([, mapper]) => mapper.type.className);
    const { kinds } = this.source;
    return kinds ? known.filter((name) => kinds.includes(name)) : known;
  }

  /**
   * Puts a property where it is in JSON: clients flatten `properties.x`.
   * @param {Record<string, any>} schema
   * @param {string} owner
   * @param {string} property
   * @param {any} value
   */
  place(schema, owner, property, value) {
    const steps = value.serializedName
      .split(/(?<!\\)\./)
      .map((/** @type {string} */ step) => step.replaceAll('\\', ''));
    const last = steps.pop();
    let at = schema;
    for (const step of steps) {
      at.properties[step] ??= { type: 'object', properties: {}, additionalProperties: false };
      at = at.properties[step];
    }
    at.properties[last] = { ...this.valueSchema(value), ...this.choices.of(owner, property) };
    if (value.required && steps.length === 0) (at.required ??= []).push(last);
  }

  /**
   * @param {any} value
   * @returns {object}
   */
  valueSchema({ type, constraints = {} }) {
    switch (type.name) {
      case 'Composite':
        return this.reference(type.className);
      case 'Sequence':
        return { type: 'array', items: this.valueSchema(type.element), ...limits(constraints) };
      case 'Dictionary':
        return { type: 'object', additionalProperties: this.valueSchema(type.value) };
      case 'Enum':
        return { enum: type.allowedValues };
      default:
        if (!PRIMITIVES[type.name]) throw new Error(`unknown type ${type.name}`);
        return { ...PRIMITIVES[type.name], ...limits(constraints) };
    }
  }
}

/** @param {Record<string, any>} constraints */
function limits(constraints) {
  const pattern = constraints.Pattern && { pattern: constraints.Pattern.source };
  const known = Object.entries(constraints).filter(([name]) => CONSTRAINTS[name]);
  return { ...Object.fromEntries(known.map(([name, value]) => [CONSTRAINTS[name], value])), ...pattern };
}

/** Values that may be chosen: mappers do not have them, the TypeScript types beside them do. */
class Choices {
  /** @param {string} text of the declarations */
  constructor(text) {
    /** @type {Map<string, string[]>} */
    this.values = new Map();
    for (const [, name, body] of text.matchAll(/enum Known(\w+) \{([^}]*)\}/g))
      this.values.set(
        name,
        [...body.matchAll(/= "([^"]*)"/g)].map(([, value]) => value),
      );
    for (const [, name, body] of text.matchAll(/type (\w+) = ((?:"[^"]*"(?: \| )?)+);/g))
      this.values.set(
        name,
        [...body.matchAll(/"([^"]*)"/g)].map(([, value]) => value),
      );
    /** @type {Map<string, { base: string[], types: Map<string, string> }>} */
    this.classes = new Map();
    for (const [, name, bases, body] of text.matchAll(
      /interface (\w+)(?: extends ([\w, ]+))? \{\n([\s\S]*?)\n\}/g,
    )) {
      const types = new Map(
        [...body.matchAll(/^ {4}(?:readonly )?(\w+)\??: (\w+);/gm)].map(([, property, type]) => [
          property,
          type,
        ]),
      );
      this.classes.set(name, { base: bases ? bases.split(/,\s*/) : [], types });
    }
  }

  /**
   * @param {string} name of the class
   * @param {string} property
   * @returns {{ enum?: string[] }}
   */
  of(name, property) {
    const known = this.classes.get(name);
    if (!known) return {};
    const type = known.types.get(property);
    if (type === undefined)
      return known.base.map((base) => this.of(base, property)).find((one) => one.enum) ?? {};
    const values = this.values.get(type);
    return values ? { enum: values } : {};
  }
}

void main();
