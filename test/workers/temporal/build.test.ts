import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compiledBuild } from '../../../workers/temporal/build';
import { temporaryFolder } from '../../support/lake';

test('the build is told by the code alone, wherever it was compiled', () => {
  const file = join(temporaryFolder(), 'bundle.js');
  expect(compiledBuild(file)).toBeUndefined();
  const ofBundle = (code: string, map: string) => {
    writeFileSync(file, `${code}\n//# sourceMappingURL=data:${map}`);
    return compiledBuild(file);
  };
  const first = ofBundle('let a;', '/here');
  expect(first).toMatch(/^[0-9a-f]{8}$/);
  expect(ofBundle('let a;', '/elsewhere')).toBe(first);
  expect(ofBundle('let b;', '/here')).not.toBe(first);
});
