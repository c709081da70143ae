// A mocha reporter: the usual tree of names for slow terminals' sake as dots, failures in full, and a line that scripts/test.ts reads.
const { reporters, Runner } = require('mocha');

module.exports = class CountingReporter extends reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = runner.stats;
      process.stdout.write(`\ncounts passed=${passes} failed=${failures} pending=${pending}\n`);
    });
  }
};
