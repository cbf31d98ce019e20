/** What a Bicep file declares. */
import { dirname, join } from 'node:path';
import { parse, parts, place, type Node } from './parse';

interface Declared {
  name: string;
  /** What it is declared as. */
  value: Node;
  at: string;
}

export interface Param {
  name: string;
  type: Node;
  default: Node | undefined;
  /** Arguments of its decorators by name; of one without, none. */
  decorators: Map<string, Node[]>;
  at: string;
}

export interface Resource extends Declared {
  /** Such as `Microsoft.Storage/storageAccounts@2024-01-01`. */
  type: string;
  existing: boolean;
}

export interface Module extends Declared {
  template: Template;
}

export interface Template {
  file: string;
  tree: Node;
  params: Map<string, Param>;
  vars: Map<string, Declared>;
  resources: Map<string, Resource>;
  modules: Map<string, Module>;
  outputs: Map<string, Declared>;
}

/**
 * Reads a file and the modules it names.
 * @throws Error at what is no Bicep, or is declared twice
 */
export function readTemplate(file: string): Template {
  const tree = parse(file);
  const template: Template = {
    file,
    tree,
    params: new Map(),
    vars: new Map(),
    resources: new Map(),
    modules: new Map(),
    outputs: new Map(),
  };
  const taken = new Set<string>();
  const add = <T extends { name: string; at: string }>(to: Map<string, T>, one: T): void => {
    if (to !== (template.outputs as Map<string, unknown>)) {
      if (taken.has(one.name)) throw new Error(`${one.at}: ${one.name} is declared twice`);
      taken.add(one.name);
    }
    to.set(one.name, one);
  };
  let decorators = new Map<string, Node[]>();
  for (const node of parts(tree)) {
    if (node.type === 'decorators') {
      decorators = readDecorators(node);
      continue;
    }
    const children = parts(node);
    const name = children[0]?.text;
    const at = place(file, node);
    const value = children.at(-1)!;
    switch (node.type) {
      case 'parameter_declaration':
        add(template.params, { name, type: children[1], default: children[2], decorators, at });
        break;
      case 'variable_declaration':
        add(template.vars, { name, value, at });
        break;
      case 'output_declaration':
        add(template.outputs, { name, value, at });
        break;
      case 'resource_declaration': {
        const existing = node.children.some((child) => child?.type === 'existing');
        add(template.resources, { name, value, at, type: plainText(children[1]), existing });
        break;
      }
      case 'module_declaration':
        add(template.modules, {
          name,
          value,
          at,
          template: readTemplate(join(dirname(file), plainText(children[1]))),
        });
        break;
      case 'target_scope_assignment':
      case 'metadata_declaration':
        break;
      default:
        throw new Error(`${at}: ${node.type} is not understood`);
    }
    decorators = new Map();
  }
  return template;
}

function readDecorators(node: Node): Map<string, Node[]> {
  const calls = parts(node).map((decorator) => parts(decorator)[0]);
  return new Map(
    calls.map((call) => [
      call.childForFieldName('function')!.text,
      parts(call.childForFieldName('arguments')!),
    ]),
  );
}

/** A string without interpolation. */
const plainText = (node: Node): string => node.text.slice(1, -1);

/** Every template, the file's own and those of its modules, each once. */
export function templatesOf(template: Template, found = new Map<string, Template>()): Template[] {
  if (!found.has(template.file)) {
    found.set(template.file, template);
    for (const { template: below } of template.modules.values()) templatesOf(below, found);
  }
  return [...found.values()];
}
