// Loaded before the agent: its machine's clock is wrong by so many milliseconds.
const skewMs = Number(process.env.TANDEM_TEST_SKEW_MS);
const right = Date.now;
Date.now = () => right() + skewMs;
