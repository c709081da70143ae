/** The version of this build; the bundle has it from package.json, at build time. */
declare const TANDEM_VERSION: string | undefined;

/** As it says in Hello and by `tandem-agent version`. */
export const version = typeof TANDEM_VERSION === 'string' ? TANDEM_VERSION : '0.1.0';
