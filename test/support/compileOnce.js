// Before any test of a run: processes and threads that tests start run compiled code. Nothing is done where that is up to date.
const { ensureBuilt } = require('../../infra/bin/setup');

module.exports = () => ensureBuilt();
