/** Whether everything a template names is there, and everything that is there is named: on branches too that no deployment takes. */
import { descendants, parts, place, type Node } from './parse';
import { FUNCTIONS, NAMESPACES } from './functions';
import type { Template } from './template';

/** @returns what is wrong, with its place */
export function symbolFaults(template: Template): string[] {
  return [...unresolved(template), ...wrongModules(template), ...unused(template)];
}

const declared = ({ params, vars, resources, modules }: Template): Set<string> =>
  new Set([params, vars, resources, modules].flatMap((names) => [...names.keys()]));

function unresolved(template: Template): string[] {
  const known = declared(template);
  return references(template.tree, new Set())
    .filter(
      ({ name, called, local }) =>
        !local && !(called ? FUNCTIONS.has(name) : known.has(name) || NAMESPACES.has(name)),
    )
    .map(
      ({ name, node, called }) =>
        `${place(template.file, node)}: there is no ${called ? 'function' : 'symbol'} ${name}`,
    );
}

interface Reference {
  name: string;
  node: Node;
  called: boolean;
  /** Of a loop or lambda. */
  local: boolean;
}

/** Identifiers that stand for something, with those that loops and lambdas bring. */
function references(node: Node, locals: ReadonlySet<string>): Reference[] {
  const children = parts(node);
  const below = (nodes: readonly Node[], names = locals) => nodes.flatMap((one) => references(one, names));
  switch (node.type) {
    case 'identifier':
      return [{ name: node.text, node, called: false, local: locals.has(node.text) }];
    case 'decorators':
    case 'metadata_declaration':
    case 'target_scope_assignment':
      return [];
    case 'parameter_declaration':
      return below(children.slice(2));
    case 'output_declaration':
    case 'resource_declaration':
    case 'module_declaration':
      return below(children.slice(2));
    case 'variable_declaration':
      return below(children.slice(1));
    case 'object_property':
      return below(children[0].type === 'identifier' ? children.slice(1) : children);
    case 'call_expression': {
      const called = node.childForFieldName('function')!;
      const rest = parts(node.childForFieldName('arguments')!);
      // A method, such as `vault.getSecret`, is of what stands before it.
      if (called.type !== 'identifier') return [...below([called]), ...below(rest)];
      return [{ name: called.text, node, called: true, local: false }, ...below(rest)];
    }
    case 'for_statement': {
      const names = new Set([...locals, ...loopNames(node)]);
      const [source, body] = children.slice(-2);
      return [...below([source]), ...below([body], names)];
    }
    case 'lambda_expression': {
      const names = descendants(children[0]).filter(({ type }) => type === 'identifier');
      return below([children[1]], new Set([...locals, ...names.map(({ text }) => text)]));
    }
    default:
      return below(children);
  }
}

/** Names that a loop gives to the element and to its index. */
export function loopNames(loop: Node): string[] {
  const single = loop.childForFieldName('initializer');
  return single ? [single.text] : parts(parts(loop)[0]).map(({ text }) => text);
}

/** The object that declares a resource or module, below its condition and loop. */
export function bodyOf(value: Node): Node {
  if (value.type === 'object') return value;
  if (value.type === 'if_statement') return parts(value)[1];
  return bodyOf(value.childForFieldName('body')!);
}

/** Properties of an object by name. */
export const propertiesOf = (object: Node): Map<string, Node> =>
  new Map(parts(object).map((property) => [parts(property)[0].text.replaceAll("'", ''), parts(property)[1]]));

function wrongModules({ file, tree, modules }: Template): string[] {
  const faults: string[] = [];
  for (const { name, value, at, template } of modules.values()) {
    const given = propertiesOf(propertiesOf(bodyOf(value)).get('params')!);
    for (const param of given.keys())
      if (!template.params.has(param)) faults.push(`${at}: module ${name} has no parameter ${param}`);
    for (const param of template.params.values())
      if (!param.default && param.type.type !== 'nullable_type' && !given.has(param.name))
        faults.push(`${at}: module ${name} needs ${param.name}`);
  }
  for (const node of descendants(tree)) {
    if (node.type !== 'member_expression') continue;
    const [, module, output] = /^(\w+)!?\??(?:\[\w+\])?!?\.\??outputs\.\??(\w+)$/.exec(node.text) ?? [];
    const found = modules.get(module);
    if (found && !found.template.outputs.has(output))
      faults.push(`${place(file, node)}: module ${module} has no output ${output}`);
  }
  return faults;
}

function unused(template: Template): string[] {
  const used = new Set(references(template.tree, new Set()).map(({ name }) => name));
  return [...template.params.values(), ...template.vars.values()]
    .filter(({ name }) => !used.has(name))
    .map(({ name, at }) => `${at}: nothing uses ${name}`);
}
