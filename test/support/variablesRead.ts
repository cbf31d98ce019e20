/** Which environment variables the product reads. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../infra/root';

/** Read by @azure/identity: which of the identities of a process is meant. */
const OF_CLIENTS = ['AZURE_CLIENT_ID'];

let sources: string | undefined;

/** Whether a variable is named in the sources of what runs, or is one of the clients there. */
export function isRead(variable: string): boolean {
  sources ??= ['workers', 'infra', 'lake', 'activities']
    .flatMap((folder) =>
      readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.[jt]s$/.test(file))
        .map((file) => readFileSync(join(PROJECT_ROOT, folder, file), 'utf8')),
    )
    .join('\n');
  return OF_CLIENTS.includes(variable) || new RegExp(`\\b${variable}\\b`).test(sources);
}
