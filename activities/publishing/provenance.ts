/** The digest of a build's provenance: equal digests mean equal rows. */
import { createHash } from 'node:crypto';
import { canonical, type Provenance } from '../../graph/catalog/provenance';
import { keyText, type Partition } from '../../graph/datasets/units';

export const digestOf = (partition: Partition, provenance: Provenance): string =>
  createHash('sha256')
    .update(canonical([keyText(partition), provenance]))
    .digest('hex')
    .slice(0, 32);
