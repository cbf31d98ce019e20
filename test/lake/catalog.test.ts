import { Catalog } from '../../lake/catalog';
import { runQuery } from '../../lake/query/query';
import { commitOptions, everyType, numbers, numbersBatch, temporaryFolder } from '../support/lake';
import { CopyingFileSpace, MemoryStore } from '../support/memoryStore';

function openCatalog() {
  const store = new MemoryStore();
  return new Catalog(store, new CopyingFileSpace(store, temporaryFolder()), [numbers, everyType]);
}

describe('a catalog', () => {
  it('gives all who ask for a table the same one', () => {
    const catalog = openCatalog();
    expect(catalog.table(catalog.contract('test.numbers'))).toBe(catalog.table(numbers));
    const grown = { ...numbers, version: 2 };
    expect(catalog.table(grown).contract).toBe(grown);
  });

  it('names the tables there are to those who ask for another', () => {
    expect(() => openCatalog().contract('test.none')).toThrow(
      expect.objectContaining({
        code: 'UnknownTable',
        details: { expected: 'test.numbers, test.every_type' },
      }) as Error,
    );
  });

  it('can be queried wherever its files are', async () => {
    const catalog = openCatalog();
    await catalog.table(numbers).append({ contract: 'A' }, [numbersBatch(1, 2)], commitOptions());
    await catalog.table(numbers).append({ contract: 'B' }, [numbersBatch(3)], commitOptions());
    const found: unknown[] = [];
    await runQuery(catalog, 'SELECT contract, n FROM test.numbers AT VERSION 1 ORDER BY n', {
      columns: () => undefined,
      rows: (rows) => void found.push(...rows),
    });
    expect(found).toEqual([
      ['A', '1'],
      ['A', '2'],
      ['B', '3'],
    ]);
  });
});
