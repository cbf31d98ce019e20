/** Bicep files as syntax trees, by the grammar of tree-sitter-bicep. */
import { readFileSync } from 'node:fs';
import { Language, Parser, type Node } from 'web-tree-sitter';

export type { Node };

let parser: Parser | undefined;

/** To be awaited once before anything is parsed. */
export async function loadGrammar(): Promise<void> {
  await Parser.init();
  parser = new Parser().setLanguage(
    await Language.load(readFileSync(require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm'))),
  );
}

/** @throws Error naming file, line and text of what is no Bicep */
export function parse(file: string): Node {
  if (!parser) throw new Error('loadGrammar() has not been awaited');
  const tree = parser.parse(readFileSync(file, 'utf8'))!.rootNode;
  const faults = descendants(tree).filter((node) => node.isError || node.isMissing);
  if (faults.length > 0)
    throw new Error(
      faults.map((node) => `${place(file, node)}: no Bicep: ${node.text.slice(0, 80)}`).join('\n'),
    );
  return tree;
}

/** A node and everything below it. */
export const descendants = (node: Node): Node[] => [
  node,
  ...node.children.flatMap((child) => descendants(child!)),
];

export const place = (file: string, node: Node): string => `${file}:${node.startPosition.row + 1}`;

/** The named children, without comments. */
export const parts = (node: Node): Node[] =>
  node.namedChildren.filter((child): child is Node => child !== null && !child.type.endsWith('comment'));
