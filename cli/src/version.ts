/** The version of the command line; the bundle has it from package.json, at build time. */
declare const TANDEM_VERSION: string | undefined;

export const version = typeof TANDEM_VERSION === 'string' ? TANDEM_VERSION : '0.1.0';
