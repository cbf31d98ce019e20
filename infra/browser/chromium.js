// @ts-check
/** The browser that tests of the web application look at it with. Plain JavaScript: it is used before anything is compiled. */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const INSTALL = 'apt-get update && apt-get install -y --no-install-recommends chromium';

/**
 * What `CHROME_PATH` names, or else the first that is found on the path.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 */
function findChromium(env = process.env) {
  if (env.CHROME_PATH) return env.CHROME_PATH;
  const folders = (env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))).find(isProgram);
}

/**
 * Installs Debian's where there is none and this may be done.
 * @param {(state: string) => void} report
 * @returns {string} path of the program
 * @throws Error with the command that installs one
 */
function obtainChromium(report) {
  const found = findChromium();
  if (found) return found;
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
    report("installing Debian's chromium");
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const { status, stderr } = spawnSync('sh', ['-c', INSTALL], { encoding: 'utf8', env });
    const installed = findChromium();
    if (status === 0 && installed) return installed;
    throw new Error(`Chromium could not be installed (${INSTALL}): ${stderr.trim()}`);
  }
  throw new Error(
    'Tests of the web application need Chromium, and there is none on the path. Install it: ' +
      `sudo sh -c '${INSTALL}', or name one by CHROME_PATH`,
  );
}

/** @param {string} file */
function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

module.exports = { findChromium, obtainChromium };
