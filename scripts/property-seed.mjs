// Loaded by mocha before every test file: `TANDEM_PROPERTY_SEED` makes the property tests draw what they drew before.
// Without it each run draws anew.
const given = process.env.TANDEM_PROPERTY_SEED;
if (given !== undefined) {
  const { default: fc } = await import('fast-check');
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(given) });
}
