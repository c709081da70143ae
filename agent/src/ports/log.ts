/** The agent's own log. Texts are for operators; fields never hold a spec, a secret or a user's output. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
