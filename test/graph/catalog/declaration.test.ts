import { DATASET_GRAPH, TABLES } from '../../../graph/catalog/declaration';
import { LAYERS } from '../../../graph/datasets/layers';

describe('the declared graph', () => {
  it('lists every dataset after all it is computed from, so that the list is an order of building', () => {
    const seen = new Set<string>();
    for (const { name, upstream } of DATASET_GRAPH.datasets) {
      for (const { dataset } of upstream)
        expect([name, dataset, seen.has(dataset)]).toEqual([name, dataset, true]);
      seen.add(name);
    }
  });

  it('never lets a layer read a layer above it', () => {
    for (const layer of LAYERS)
      for (const read of DATASET_GRAPH.layersRead(layer))
        expect(LAYERS.indexOf(read)).toBeLessThan(LAYERS.indexOf(layer));
  });

  it('knows every column once', () => {
    for (const { name, columns } of TABLES)
      expect([name, new Set(columns.map((column) => column.name)).size]).toEqual([name, columns.length]);
  });

  it('describes every column: type, unit and meaning', () => {
    for (const table of TABLES)
      for (const column of table.columns) {
        expect([table.name, column.name, column.meaning.length > 0]).toEqual([table.name, column.name, true]);
        expect(typeof column.unit).toBe('string');
      }
  });

  it('carries code versions by layer', () => {
    expect(DATASET_GRAPH.codeVersionOf('silver')).toMatch(/silver\.bars@\d+ silver\.levels@\d+/);
    expect(DATASET_GRAPH.tablesOf('gold').map(({ name }) => name)).toContain('gold.episodes');
    const upstream = DATASET_GRAPH.dataset('gold.outcomes').upstream.map(({ dataset }) => dataset);
    expect(upstream).toContain('gold.episodes');
    expect(() => DATASET_GRAPH.dataset('nothing')).toThrow('There is no dataset nothing');
  });

  it('draws every edge', () => {
    const edges = DATASET_GRAPH.datasets.reduce((n, { upstream }) => n + upstream.length, 0);
    expect(DATASET_GRAPH.mermaid().match(/-->/g)).toHaveLength(edges);
    expect(DATASET_GRAPH.mermaid()).toContain('gold_vectors -->|earlier 60| gold_normalisation');
  });
});
