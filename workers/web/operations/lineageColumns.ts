/** Nodes of a lineage in columns, each behind all that it was computed from. */

interface Node {
  readonly id: string;
  readonly upstream: readonly string[];
}

/** @returns raw files first, the root last; a node stands one column behind the farthest of those it was computed from */
export function lineageColumns<Of extends Node>(root: string, nodes: readonly Of[]): Of[][] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const depths = new Map<string, number>();
  const depthOf = (id: string): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    const depth = Math.max(-1, ...(byId.get(id)?.upstream ?? []).map(depthOf)) + 1;
    depths.set(id, depth);
    return depth;
  };
  depthOf(root);
  const columns: Of[][] = [];
  for (const node of nodes) {
    const depth = depths.get(node.id);
    if (depth !== undefined) (columns[depth] ??= []).push(node);
  }
  return columns;
}
