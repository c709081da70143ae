import { Lexer } from 'yaml';

/** Where a line may begin at any column: inside brackets, and inside quotes. */
const free = ['parseFlowCollection', 'parseQuotedScalar'] as const;

/**
 * A lexer of the `yaml` package for which indentation says nothing inside brackets and quotes, as it is for PyYAML
 * (compiler.md 2.1); the package itself asks for lines that are indented deeper than the key. The methods are no part of what
 * the package promises: if they move, such files are refused as the package refuses them.
 */
export function freeLexer(): Lexer {
  const lexer = new Lexer();
  for (const name of free) {
    const method: unknown = Reflect.get(lexer, name);
    if (typeof method !== 'function') continue;
    Reflect.set(lexer, name, function* anyColumn(): Generator<string, unknown> {
      const indent: unknown = Reflect.get(lexer, 'indentNext');
      Reflect.set(lexer, 'indentNext', 0);
      const lexemes: Generator<string, unknown> = Reflect.apply(method, lexer, []);
      const next = yield* lexemes;
      Reflect.set(lexer, 'indentNext', indent);
      return next;
    });
  }
  return lexer;
}
