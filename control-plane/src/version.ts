/** The version of this build; the bundle has it from package.json, at build time. */
declare const TANDEM_VERSION: string | undefined;

/** `x.y.z`; the clients refuse anything else. */
export const version = typeof TANDEM_VERSION === 'string' ? TANDEM_VERSION : '0.1.0';
