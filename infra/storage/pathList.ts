/**
 * What Azure Data Lake Storage answers beside blobs: the paths of a container, folders among them, page by page.
 * https://learn.microsoft.com/rest/api/storageservices/datalakestoragegen2/path/list
 */
import type { ContainerClient, ContainerListBlobHierarchySegmentResponse } from '@azure/storage-blob';

interface ListedPath {
  name: string;
  isDirectory?: 'true';
  contentLength?: string;
  lastModified?: string;
  etag?: string;
}

export interface PathPage {
  paths: ListedPath[];
  /** Where the next page begins; undefined on the last. */
  continuation?: string;
}

const MOST_A_PAGE = 5000;

/**
 * A page of the paths below a folder.
 * @param query of the request: `recursive`, `directory`, `maxResults`, `continuation`
 * @returns undefined where there is no such folder
 */
export async function listPaths(
  container: ContainerClient,
  query: URLSearchParams,
): Promise<PathPage | undefined> {
  const directory = (query.get('directory') ?? '').replace(/^\/|\/$/g, '');
  const prefix = directory === '' ? '' : `${directory}/`;
  const continuationToken = query.get('continuation') || undefined;
  const maxPageSize = Math.min(Number(query.get('maxResults') ?? MOST_A_PAGE), MOST_A_PAGE);
  const pages =
    query.get('recursive') === 'true'
      ? container.listBlobsFlat({ prefix }).byPage({ continuationToken, maxPageSize })
      : container.listBlobsByHierarchy('/', { prefix }).byPage({ continuationToken, maxPageSize });
  for await (const { segment, continuationToken: next } of pages) {
    const folders = new Set<string>();
    const blobs: ListedPath[] = segment.blobItems.map(({ name, properties }) => {
      for (let at = name.lastIndexOf('/'); at > prefix.length; at = name.lastIndexOf('/', at - 1))
        folders.add(name.slice(0, at));
      return {
        name,
        contentLength: String(properties.contentLength ?? 0),
        lastModified: properties.lastModified.toUTCString(),
        etag: properties.etag,
      };
    });
    const { blobPrefixes = [] } = segment as ContainerListBlobHierarchySegmentResponse['segment'];
    for (const { name } of blobPrefixes) folders.add(name.replace(/\/$/, ''));
    const found = [...[...folders].map((name): ListedPath => ({ name, isDirectory: 'true' })), ...blobs];
    if (found.length === 0 && directory !== '' && continuationToken === undefined && !next) return undefined;
    return {
      paths: found.sort((a, b) => (a.name < b.name ? -1 : 1)),
      ...(next && { continuation: next }),
    };
  }
  return { paths: [] };
}
