/**
 * What a template would deploy with given parameters: every expression is worked out as Azure does, so that names, bodies and outputs are
 * what they would be. What only Azure knows, such as an address it hands out, stays a text `<...>` that says what it is; what is secret is
 * a text that begins with `SECRET`.
 */
import { FUNCTIONS, resourceId, type Lambda, type Place, type Value } from './functions';
import { parts, place as placeOf, type Node } from './parse';
import { loopNames, propertiesOf } from './symbols';
import type { Module, Param, Resource, Template } from './template';

export const SECRET = 'SECRET';

export interface Deployed {
  /** Without API version. */
  type: string;
  apiVersion: string;
  /** All its names, such as `account/default/lake`. */
  name: string;
  id: string;
  /** What is sent, without what only Bicep knows. */
  body: Record<string, Value>;
  /** Id of what an extension resource, such as a role assignment, is for. */
  scope?: string;
  /** Of the declaration. */
  at: string;
}

/** Values that were given to a module's parameters, and whether those are kept as secrets. */
interface Given {
  at: string;
  param: string;
  secure: boolean;
  value: Value;
}

export interface Deployment {
  resources: Deployed[];
  outputs: Record<string, Value>;
  given: Given[];
}

type Values = Record<string, Value>;

/** @throws Error with the place of what cannot be worked out, or of a parameter that may not have its value */
export function deploy(template: Template, parameters: Values, place: Place): Deployment {
  const deployment: Deployment = { resources: [], outputs: {}, given: [] };
  deployment.outputs = new Evaluation(template, parameters, place, deployment).run();
  return deployment;
}

const MEMBERS_OF_BICEP = new Set(['name', 'parent', 'scope', 'dependsOn']);

class Evaluation {
  private readonly known = new Map<string, Value>();
  private readonly underway = new Set<string>();

  constructor(
    private readonly template: Template,
    private readonly given: Values,
    private readonly place: Place,
    private readonly into: Deployment,
  ) {
    for (const name of Object.keys(given))
      if (!template.params.has(name)) throw new Error(`${template.file} has no parameter ${name}`);
  }

  /** @returns the outputs */
  run(): Values {
    const { params, resources, modules, outputs } = this.template;
    for (const name of [...params.keys(), ...resources.keys(), ...modules.keys()]) this.symbol(name);
    return Object.fromEntries([...outputs].map(([name, { value }]) => [name, this.value(value, {})]));
  }

  private symbol(name: string): Value {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    if (this.underway.has(name)) throw new Error(`${this.template.file}: ${name} depends on itself`);
    this.underway.add(name);
    const { params, vars, resources, modules } = this.template;
    const value = params.has(name)
      ? this.param(params.get(name)!)
      : vars.has(name)
        ? this.value(vars.get(name)!.value, {})
        : resources.has(name)
          ? this.declared(resources.get(name)!.value, {}, (body, locals) =>
              this.resource(resources.get(name)!, body, locals),
            )
          : modules.has(name)
            ? this.declared(modules.get(name)!.value, {}, (body, locals) =>
                this.module(modules.get(name)!, body, locals),
              )
            : this.fail(`there is no ${name}`);
    this.underway.delete(name);
    this.known.set(name, value);
    return value;
  }

  private param({ name, type, default: usual, decorators, at }: Param): Value {
    const value = name in this.given ? this.given[name] : usual ? this.value(usual, {}) : undefined;
    if (value === undefined) {
      if (type.type === 'nullable_type') return null;
      throw new Error(`${at}: ${name} has no value`);
    }
    const argument = (decorator: string) => decorators.get(decorator)?.map((node) => this.value(node, {}))[0];
    const refuse = (why: string) => {
      throw new Error(`${at}: ${name} ${why}: ${JSON.stringify(value)}`);
    };
    const allowed = argument('allowed') as Value[] | undefined;
    if (allowed && !allowed.includes(value)) refuse(`must be one of ${JSON.stringify(allowed)}`);
    const size = typeof value === 'string' || Array.isArray(value) ? value.length : 0;
    if (size < ((argument('minLength') as number | undefined) ?? 0)) refuse('is too short');
    if (size > ((argument('maxLength') as number | undefined) ?? Infinity)) refuse('is too long');
    if (typeof value === 'number') {
      if (value < ((argument('minValue') as number | undefined) ?? -Infinity)) refuse('is too small');
      if (value > ((argument('maxValue') as number | undefined) ?? Infinity)) refuse('is too large');
    }
    if (!hasType(value, type.text)) refuse(`must be ${type.text}`);
    return value;
  }

  /** A resource or module, below its condition and loop; null where the condition does not hold. */
  private declared(value: Node, locals: Values, one: (body: Node, locals: Values) => Value): Value {
    if (value.type === 'object') return one(value, locals);
    if (value.type === 'if_statement') {
      const holds = this.value(parts(value)[0], locals);
      // As Azure, which keeps the name of what is not deployed.
      return holds === true ? one(parts(value)[1], locals) : NOT_DEPLOYED;
    }
    return this.loop(value, locals, (body, inner) => this.declared(body, inner, one));
  }

  private loop(node: Node, locals: Values, each: (body: Node, locals: Values) => Value): Value[] {
    const source = this.value(parts(node).at(-2)!, locals) as Value[];
    const [element, index] = loopNames(node);
    const body = node.childForFieldName('body')!;
    return source.map((value, k) =>
      each(body, { ...locals, [element]: value, ...(index && { [index]: k }) }),
    );
  }

  private resource({ type, existing, at }: Resource, body: Node, locals: Values): Value {
    const [plain, apiVersion] = type.split('@');
    const members = propertiesOf(body);
    const parent = members.has('parent')
      ? (this.value(members.get('parent')!, locals) as unknown as Deployed)
      : undefined;
    const own = this.value(members.get('name')!, locals) as string;
    const name = parent ? `${parent.name}/${own}` : own;
    const scoped = members.has('scope')
      ? (this.value(members.get('scope')!, locals) as unknown as Deployed)
      : undefined;
    const within = resourceId(this.place, plain, name.split('/'));
    const id = scoped ? `${scoped.id}/providers/${plain}/${own}` : within;
    if (plain.split('/').length - 1 !== name.split('/').length)
      throw new Error(`${at}: ${name} is no name of a ${plain}`);
    const sent = Object.fromEntries(
      [...members]
        .filter(([key]) => !MEMBERS_OF_BICEP.has(key))
        .map(([key, node]) => [key, this.value(node, locals)]),
    );
    if (members.has('dependsOn')) this.value(members.get('dependsOn')!, locals);
    const deployed: Deployed = {
      type: plain,
      apiVersion,
      name,
      id,
      body: sent,
      at,
      ...(scoped && { scope: scoped.id }),
    };
    if (!existing) this.into.resources.push(deployed);
    return deployed as unknown as Value;
  }

  private module({ template, at }: Module, body: Node, locals: Values): Value {
    const members = propertiesOf(body);
    const params = this.value(members.get('params')!, locals) as Values;
    const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== null));
    for (const [param, value] of Object.entries(given)) {
      const secure = template.params.get(param)?.decorators.has('secure') ?? false;
      this.into.given.push({ at, param, secure, value });
    }
    const outputs = new Evaluation(template, given, this.place, this.into).run();
    return { name: this.value(members.get('name')!, locals), outputs };
  }

  private value(node: Node, locals: Values): Value {
    const children = parts(node);
    const of = (field: string) => this.value(node.childForFieldName(field)!, locals);
    switch (node.type) {
      case 'string':
        return this.text(node, locals);
      case 'number':
        return Number(node.text);
      case 'boolean':
        return node.text === 'true';
      case 'null':
        return null;
      case 'identifier':
        return node.text in locals ? locals[node.text] : this.symbol(node.text);
      case 'parenthesized_expression':
        return this.value(children[0], locals);
      case 'array':
        return children.map((child) => this.value(child, locals));
      case 'object':
        return Object.fromEntries(
          children.map((property) => {
            const [key, value] = parts(property);
            const name = key.type === 'string' ? (this.text(key, locals) as string) : key.text;
            return [name, this.value(value, locals)];
          }),
        );
      case 'for_statement':
        return this.loop(node, locals, (body, inner) => this.value(body, inner));
      case 'ternary_expression':
        return of('condition') === true ? of('consequence') : of('alternative');
      case 'unary_expression':
        return node.childForFieldName('operator')!.text === '!'
          ? !of('argument')
          : -(of('argument') as number);
      case 'binary_expression':
        return this.binary(node, locals);
      case 'lambda_expression': {
        const names = children[0].type === 'identifier' ? [children[0]] : parts(children[0]);
        const lambda: Lambda = (...values) =>
          this.value(children[1], {
            ...locals,
            ...Object.fromEntries(names.map(({ text }, k) => [text, values[k]])),
          });
        return lambda;
      }
      case 'call_expression':
        return this.call(node, locals);
      case 'member_expression': {
        const member = node.childForFieldName('property')!.text;
        return this.member(node, of('object'), member);
      }
      case 'subscript_expression':
        return this.member(node, of('object'), of('index') as string | number);
      default:
        return this.fail(`${node.type} is not understood`, node);
    }
  }

  private text(node: Node, locals: Values): Value {
    if (node.text.startsWith("'''")) return node.text.slice(3, -3).replace(/^\r?\n/, '');
    let text = '';
    let at = node.startIndex + 1;
    for (const part of node.children) {
      if (part === null || part.type !== 'interpolation') continue;
      text += unescaped(node.text.slice(at - node.startIndex, part.startIndex - node.startIndex));
      const value = this.value(parts(part)[0], locals);
      text += typeof value === 'string' ? value : JSON.stringify(value);
      at = part.endIndex;
    }
    return text + unescaped(node.text.slice(at - node.startIndex, -1));
  }

  private binary(node: Node, locals: Values): Value {
    const operator = node.childForFieldName('operator')!.text;
    const left = this.value(node.childForFieldName('left')!, locals);
    const right = () => this.value(node.childForFieldName('right')!, locals);
    switch (operator) {
      case '&&':
        return left === true && right() === true;
      case '||':
        return left === true || right() === true;
      case '??':
        return left ?? right();
      case '==':
        return JSON.stringify(left) === JSON.stringify(right());
      case '!=':
        return JSON.stringify(left) !== JSON.stringify(right());
      case '+':
        return (left as number) + (right() as number);
      case '-':
        return (left as number) - (right() as number);
      case '*':
        return (left as number) * (right() as number);
      case '/':
        return Math.trunc((left as number) / (right() as number));
      case '>':
        return (left as number) > (right() as number);
      case '<':
        return (left as number) < (right() as number);
      case '>=':
        return (left as number) >= (right() as number);
      case '<=':
        return (left as number) <= (right() as number);
      default:
        return this.fail(`${operator} is not understood`, node);
    }
  }

  private call(node: Node, locals: Values): Value {
    const called = node.childForFieldName('function')!;
    const values = parts(node.childForFieldName('arguments')!).map((one) => this.value(one, locals));
    if (called.type === 'member_expression') {
      const method = called.childForFieldName('property')!.text;
      const owner = this.value(called.childForFieldName('object')!, locals) as unknown as Deployed;
      if (method === 'getSecret' || method.startsWith('list'))
        return `${SECRET} ${owner.name} ${method} ${JSON.stringify(values)}`;
      return this.fail(`there is no method ${method}`, node);
    }
    const found = FUNCTIONS.get(called.text);
    if (!found) return this.fail(`there is no function ${called.text}`, node);
    return found({ file: this.template.file, place: this.place }, ...(values as never[]));
  }

  private member(node: Node, owner: Value, name: string | number): Value {
    const optional = node.children.some((child) => child?.type === '.?' || child?.type === '?');
    if (owner === null || owner === undefined)
      return optional ? null : this.fail(`null has no ${name}`, node);
    if (owner === NOT_DEPLOYED) return this.fail(`${name} is asked of what is not deployed`, node);
    if (isDeployed(owner)) return ofResource(owner, String(name));
    if (typeof owner === 'string' && owner.startsWith('<')) return `${owner.slice(0, -1)}.${name}>`;
    const value = (owner as Values)[name];
    if (value === undefined && !optional)
      return this.fail(`there is no ${name} in ${JSON.stringify(owner).slice(0, 200)}`, node);
    return value ?? null;
  }

  private fail(why: string, node?: Node): never {
    throw new Error(`${node ? placeOf(this.template.file, node) : this.template.file}: ${why}`);
  }
}

const NOT_DEPLOYED = { notDeployed: true };

const isDeployed = (value: Value): value is Value & Deployed =>
  typeof value === 'object' && value !== null && 'apiVersion' in value && 'body' in value;

/** What a deployed resource says of itself: what was sent, or else what only Azure knows. */
function ofResource({ id, name, type, body }: Deployed, member: string): Value {
  if (member === 'id') return id;
  if (member === 'name') return name.split('/').at(-1)!;
  if (member === 'type') return type;
  if (member === 'properties') return withUnknown((body.properties ?? {}) as Values, `<${name}.properties>`);
  if (member === 'identity') return withUnknown((body.identity ?? {}) as Values, `<${name}.identity>`);
  return body[member] ?? `<${name}.${member}>`;
}

/** What was sent, and for everything else a text that says what it is. */
const withUnknown = (sent: Values, unknown: string): Values =>
  new Proxy(sent, {
    get: (of, name) =>
      typeof name === 'symbol' || name in of ? Reflect.get(of, name) : `${unknown.slice(0, -1)}.${name}>`,
    ownKeys: (of) => Reflect.ownKeys(of),
  }) as Values;

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', "'": "'", '\\': '\\', $: '$' };
const unescaped = (text: string): string =>
  text.replaceAll(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character);

/** Whether a value is of a primitive type; unions and types of their own are not looked into. */
function hasType(value: Value, type: string): boolean {
  switch (type.replace(/\?$/, '')) {
    case 'string':
      return typeof value === 'string';
    case 'int':
      return typeof value === 'number';
    case 'bool':
      return typeof value === 'boolean';
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    default:
      return type.endsWith('[]') ? Array.isArray(value) : true;
  }
}
