// @ts-check
// Processes that outlive whoever had them started: tests that fail, for one, leave servers running. They would keep a port, and keep CI
// waiting, which reads what they print until the last of them ends.
const fs = require('node:fs');

/** Handed on to every process that is started in turn, which no process of another name is. */
const MARK = 'SPYMASTER_STARTED_BY';

/** @param {string} name of what is started */
const marked = (name) => ({ ...process.env, [MARK]: name });

/**
 * Ends what is left of what was started with a mark. Where the system has no `/proc`, nothing is found.
 * @param {string} name
 * @returns {string[]} how they were called
 */
function endLeftBehind(name) {
  const pids = fs.existsSync('/proc') ? fs.readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)) : [];
  const ended = [];
  for (const pid of pids) {
    try {
      const environment = fs.readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      if (!environment.includes(`${MARK}=${name}`)) continue;
      const called = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim();
      process.kill(Number(pid), 'SIGKILL');
      if (called) ended.push(called);
    } catch {
      // It has ended by now, or is another user's.
    }
  }
  return ended;
}

module.exports = { endLeftBehind, marked };
