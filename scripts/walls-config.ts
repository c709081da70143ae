import { type Wall, walls } from './walls.ts';

/** Folders that oxlint gets an override for: each has all the walls that it stands behind, since overrides replace each other. */
function keyOf(files: string): string {
  return files.replace(/\/\*\*$/, '');
}

const isInside = (folder: string, other: string): boolean => folder === other || folder.startsWith(`${other}/`);

/** Every folder that some wall names, outer ones first: oxlint lets the last override that fits win. */
function folders(): readonly string[] {
  return [
    ...new Set(
      walls.flatMap((wall) =>
        [...wall.files, ...(wall.except ?? []).filter((each) => !each.startsWith('**'))].map(keyOf),
      ),
    ),
  ].sort((left, right) => left.split('/').length - right.split('/').length || left.localeCompare(right));
}

/** The walls that a file of this folder stands behind. */
function wallsOf(folder: string, isTest: boolean): readonly Wall[] {
  return walls.filter(
    (wall) =>
      wall.files.some((files) => isInside(folder, keyOf(files))) &&
      !(wall.except ?? []).some((files) => (files === '**/*.test.ts' ? isTest : isInside(folder, keyOf(files)))),
  );
}

function rulesOf(behind: readonly Wall[]): object {
  const patterns = behind.flatMap((wall) =>
    wall.imports === undefined ? [] : [{ group: wall.imports, message: `${wall.name}: ${wall.message}` }],
  );
  const properties = behind.flatMap((wall) =>
    (wall.properties ?? []).map(([object, property]) => ({
      object,
      property,
      message: `${wall.name}: ${wall.message}`,
    })),
  );
  return {
    'no-restricted-imports': patterns.length > 0 ? ['error', { patterns }] : 'off',
    'no-restricted-properties': properties.length > 0 ? ['error', ...properties] : 'off',
  };
}

/** The text of `.oxlintrc.json`. */
export function oxlintConfig(): string {
  const overrides = folders().flatMap((folder) => [
    { files: [`${folder}/**/*.ts`], rules: rulesOf(wallsOf(folder, false)) },
    { files: [`${folder}/**/*.test.ts`], rules: rulesOf(wallsOf(folder, true)) },
  ]);
  const config = {
    $schema: './node_modules/oxlint/configuration_schema.json',
    plugins: ['import', 'typescript', 'promise'],
    categories: { correctness: 'error' },
    rules: {
      'import/no-cycle': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-console': 'off',
      // Biome has the same rule, with reasons at the exceptions.
      'no-control-regex': 'off',
    },
    ignorePatterns: ['**/node_modules/**', 'proto/gen/**', 'shared/src/schema/operation.ts', '**/dist/**', '.tools/**'],
    overrides,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
