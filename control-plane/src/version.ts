/** Version of this build, `x.y.z`; the clients refuse anything else. */
export const version = '0.1.0';
