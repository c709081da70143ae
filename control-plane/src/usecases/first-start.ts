import { accessPrefix } from '../domain/access-token.ts';
import type { AccountStore } from '../ports/account-store.ts';
import type { Secrets } from '../ports/secrets.ts';

/** What the first start of an installation makes. */
export const first = { organisation: 'default', username: 'admin', project: 'default' } as const;

/**
 * Makes the organisation, its owner and a first access token when there is nobody yet. Gives the token's text once, and
 * null ever after. With `withProject` there is a project too, so that a first run needs nothing else.
 */
export async function firstStart(
  accounts: AccountStore,
  secrets: Secrets,
  options: { readonly withProject: boolean },
): Promise<string | null> {
  const { text, hash } = secrets.create(accessPrefix);
  const isFirst = await accounts.createFirst({
    organisation: first.organisation,
    username: first.username,
    hash,
    project: options.withProject ? first.project : null,
  });
  return isFirst ? text : null;
}
