import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compiledPage } from './pages/compiled-page.ts';
import { fileFormatPage } from './pages/file-format-page.ts';
import { lifecyclePage } from './pages/lifecycle-page.ts';
import { contextPage, diagnosticsPage } from './pages/reference-pages.ts';
import { jsonSchema } from './schema/json-schema.ts';
import { zodSource } from './schema/zod-source.ts';
import { oxlintConfig } from './walls-config.ts';

/** Everything that is made from something else, but for the wire: path in the repository, and its text. */
export async function generated(root: string): Promise<Record<string, string>> {
  return {
    '.oxlintrc.json': oxlintConfig(),
    'docs/reference/diagnostics.md': diagnosticsPage(),
    'docs/reference/context.md': contextPage(),
    'docs/reference/file-format.md': fileFormatPage(),
    'docs/reference/tandem.schema.json': `${JSON.stringify(jsonSchema(), null, 1)}\n`,
    'shared/src/schema/operation.ts': zodSource(),
    'docs/reference/openapi.json': await openApi(),
    'docs/guide/run-lifecycle.md': lifecyclePage(),
    'docs/guide/how-a-run-is-compiled.md': compiledPage(
      readFileSync(join(root, 'examples/iris/polyaxonfile.yaml'), 'utf8'),
    ),
    'control-plane/src/migrations/schema.sql': await schema(),
  };
}

async function openApi(): Promise<string> {
  const { openApiDocument } = await import('../control-plane/src/http/openapi.ts');
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}

/** The tables as a fresh database of this version has them. */
async function schema(): Promise<string> {
  const { openPglite } = await import('../control-plane/src/adapters/postgres/pglite.ts');
  const { migrate, readMigrations } = await import('../control-plane/src/adapters/postgres/migrate.ts');
  const { dumpSchema } = await import('../control-plane/src/adapters/postgres/dump-schema.ts');
  const { migrationsFolder } = await import('../control-plane/src/files-beside.ts');
  const engine = await openPglite(null);
  try {
    await migrate(engine, await readMigrations(migrationsFolder));
    return await dumpSchema(engine.db);
  } finally {
    await engine.close();
  }
}
