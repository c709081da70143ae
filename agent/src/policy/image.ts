/** A reference to an image, in parts (grammar of the container distribution project). */
export interface ImageReference {
  /** With its port; `docker.io` where none is written. */
  readonly host: string;
  /** With `library/` for official images of docker.io. */
  readonly path: string;
  readonly tag: string | null;
  /** `sha256:…`; null: by tag only. */
  readonly digest: string | null;
}

const maxName = 255;
const host = /^(?:\[[0-9a-f:]+\]|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)(?::\d{1,5})?$/i;
const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const digestForm = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** Reads a reference as container runtimes do; null where they would refuse it. */
export function readImage(text: string): ImageReference | null {
  const [named = '', digest = null, ...more] = text.split('@');
  if (more.length > 0 || (digest !== null && !digestForm.test(digest))) return null;
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash + 1);
  const tag = colon === -1 ? null : named.slice(colon + 1);
  if (tag !== null && !tagForm.test(tag)) return null;
  const name = colon === -1 ? named : named.slice(0, colon);
  if (name.length === 0 || name.length > maxName) return null;

  const [first = '', ...rest] = name.split('/');
  // The first part is a host where it looks like one; capitals make it one too, since paths have none.
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const parts = isHost ? rest : [first, ...rest];
  if (parts.some((part) => !component.test(part)) || (isHost && !host.test(first))) return null;
  const where = isHost ? first.toLowerCase() : 'docker.io';
  const isDocker = where === 'docker.io' || where === 'index.docker.io';
  const path = isDocker && parts.length === 1 ? `library/${parts[0]}` : parts.join('/');
  return { host: isDocker ? 'docker.io' : where, path, tag, digest };
}
