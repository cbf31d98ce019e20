// @ts-check
// After all tests of a run: what `compileOnce.js` made for them.
const { rmSync } = require('node:fs');
const { dirname } = require('node:path');

module.exports = () => {
  const { SPYMASTER_CONFIG: file } = process.env;
  if (file) rmSync(dirname(file), { recursive: true, force: true });
};
