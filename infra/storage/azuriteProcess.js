// @ts-check
// Azurite in a process of its own: it writes down what it holds and ends with the process that started it, however that ends.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// @ts-expect-error it has no types
require('azurite/dist/src/blob/main');
