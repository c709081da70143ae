const slug = /^[-a-zA-Z0-9_]{1,128}$/;

// A project and the fixed routes share one name space (rest-api-and-clients.md 0).
const reservedProjects = new Set(['projects']);

/** What is wrong with the name of a project, in the words that clients know; null for nothing. */
export function wrongProjectName(name: string): string | null {
  if (reservedProjects.has(name.toLowerCase())) return `"${name}" is reserved.`;
  return wrongSlug(name);
}

/** What is wrong with a name: letters, digits, dashes and underscores, at most 128; null for nothing. */
export function wrongSlug(name: string): string | null {
  if (slug.test(name)) return null;
  return 'Enter a valid "slug" consisting of letters, numbers, underscores or hyphens, at most 128.';
}

const hex = /^[0-9a-f]{32}$/;

/** A uuid in the form that the API uses, 32 hex digits; null when the text is none. Dashes are dropped. */
export function readUuid(text: string): string | null {
  const plain = text.replaceAll('-', '').toLowerCase();
  return hex.test(plain) ? plain : null;
}
