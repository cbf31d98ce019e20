// @ts-check
// Plain JavaScript: the set-up scripts use it before anything is compiled.
const fs = require('node:fs');
const path = require('node:path');

/**
 * Makes a folder and those above it, as `mkdir -p` does. Every folder whose place a user chooses is made here: Node's own
 * `recursive` never comes back where a folder is there and can hold no other, such as `/proc`.
 * @param {string} folder
 * @param {number} [mode] of each that is made
 * @returns {string | undefined} the uppermost that was made; undefined where all were there
 * @throws {NodeJS.ErrnoException} of `mkdir` or `stat`, with the path at which it ended
 */
function makeFolders(folder, mode) {
  const missing = [];
  for (let at = path.resolve(folder); !isFolder(at); at = path.dirname(at)) {
    missing.push(at);
    if (at === path.dirname(at)) break;
  }
  for (const part of missing.toReversed()) makeOne(part, mode);
  return missing.at(-1);
}

/**
 * @param {string} folder
 * @param {number} [mode]
 */
function makeOne(folder, mode) {
  try {
    fs.mkdirSync(folder, { mode });
  } catch (error) {
    // Another process may have been first.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST' || !isFolder(folder)) throw error;
  }
}

/** @param {string} file */
function isFolder(file) {
  try {
    return fs.statSync(file).isDirectory();
  } catch (error) {
    const { code = '' } = /** @type {NodeJS.ErrnoException} */ (error);
    // Below a file there is none either; making what is above says which.
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
}

module.exports = { makeFolders };
