/** A JSON column that holds a list of texts. Anything else in it reads as empty, since it is ours to write. */
export function readTexts(json: string): readonly string[] {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** A uuid column in the form of the API: 32 hex digits. */
export function hexUuid(text: string): string {
  return text.replaceAll('-', '');
}

/** Postgres holds no NUL in text; it ends nothing here, so it goes. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
