/**
 * Jest's environment for Node, in which arrays of numbers are those of Node itself: onnxruntime makes its results from native code,
 * and refuses arrays of another realm's class.
 */
const { TestEnvironment } = require('jest-environment-node');
const { memoryUsage, ran } = require('./usedAgain');

module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    Object.assign(this.global, { Float32Array, BigInt64Array });
    this.global.process.memoryUsage = memoryUsage;
    ran(context.testPath);
  }
};
