import {
  codeVersionOf,
  DATASETS,
  datasetNamed,
  mermaid,
  TABLES,
  tablesOf,
  upstreamLayers,
} from '../../../graph/datasets/declaration';
import { LAYERS } from '../../../graph/datasets/layers';

describe('the declared graph', () => {
  it('names each dataset once', () => {
    expect(new Set(DATASETS.map(({ name }) => name)).size).toBe(DATASETS.length);
  });

  it('lists every dataset after all it is computed from, so that the list is an order of building', () => {
    const seen = new Set<string>();
    for (const { name, upstream } of DATASETS) {
      // What is read of earlier dates exists before this date is built at all.
      for (const { dataset, partition } of upstream)
        if (partition !== 'earlier')
          expect([name, dataset, seen.has(dataset)]).toEqual([name, dataset, true]);
      seen.add(name);
    }
  });

  it('never lets a layer read a layer above it', () => {
    for (const layer of LAYERS)
      for (const read of upstreamLayers(layer))
        expect(LAYERS.indexOf(read)).toBeLessThan(LAYERS.indexOf(layer));
  });

  it('gives every built dataset a table whose name, key and partition columns agree with its columns', () => {
    for (const { name, layer, table } of DATASETS) {
      if (layer === 'raw') continue;
      expect(table?.name).toBe(name);
      const columns = table!.columns.map((column) => column.name);
      expect(new Set(columns).size).toBe(columns.length);
      expect(columns).toEqual(expect.arrayContaining([...table!.key, ...table!.partitionBy]));
    }
  });

  it('describes every column: type, unit and meaning', () => {
    for (const table of TABLES)
      for (const column of table.columns) {
        expect([table.name, column.name, column.meaning.length > 0]).toEqual([table.name, column.name, true]);
        expect(typeof column.unit).toBe('string');
      }
  });

  it('carries code versions by layer', () => {
    expect(codeVersionOf('silver')).toMatch(/silver\.bars@\d+ silver\.levels@\d+/);
    expect(tablesOf('gold').map(({ name }) => name)).toContain('gold.episodes');
    expect(datasetNamed('gold.outcomes')?.upstream.map(({ dataset }) => dataset)).toContain('gold.episodes');
    expect(datasetNamed('nothing')).toBeUndefined();
  });

  it('draws every edge', () => {
    const edges = DATASETS.reduce((n, { upstream }) => n + upstream.length, 0);
    expect(mermaid().match(/-->/g)).toHaveLength(edges);
  });
});
