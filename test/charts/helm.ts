import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSource } from '@tandem/shared/source';
import { isList, isMap, toValue, type Value } from '@tandem/shared/values';
import { toolsCache } from '../cluster/support/tools.ts';

const root = join(import.meta.dirname, '../..');
/** The Kubernetes that charts are rendered for: nothing asks a cluster. */
const kubeVersion = '1.30.0';

type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** An object as the chart gives it. */
export interface Rendered {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Where helm is: `TANDEM_HELM`, on the path, or in the cache of the cluster's programs, where it is built if there is Go. Null: nowhere. */
export function findHelm(): string | null {
  const cached = join(toolsCache(), 'helm');
  for (const each of [process.env['TANDEM_HELM'] ?? '', 'helm', cached])
    if (each !== '' && spawnSync(each, ['version']).status === 0) return each;
  mkdirSync(toolsCache(), { recursive: true });
  const built = spawnSync('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', cached, 'helm.sh/helm/v3/cmd/helm'], {
    cwd: join(root, 'test/cluster/tools/helm'),
    env: { ...process.env, CGO_ENABLED: '0' },
  });
  return built.status === 0 && existsSync(cached) ? cached : null;
}

export type ChartName = 'agent' | 'control-plane';

export interface HelmOutcome {
  readonly ok: boolean;
  readonly text: string;
}

/** Runs a command of helm on a chart. */
export function onChart(
  helm: string,
  command: 'template' | 'lint',
  chart: ChartName,
  args: readonly string[],
): HelmOutcome {
  return onFolder(helm, command, chartFolder(chart), args);
}

/** Where a chart is. */
function chartFolder(chart: ChartName): string {
  return join(root, 'deploy/charts', chart);
}

function onFolder(helm: string, command: 'template' | 'lint', folder: string, args: readonly string[]): HelmOutcome {
  const what =
    command === 'template' ? ['template', 'try', folder, '--namespace', 'tandem'] : ['lint', '--strict', folder];
  const { status, stdout, stderr } = spawnSync(helm, [...what, '--kube-version', kubeVersion, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  return { ok: status === 0, text: status === 0 ? stdout : stderr + stdout };
}

/** The objects of a rendered chart, in its order. */
export function parseObjects(text: string): readonly Rendered[] {
  return text
    .split(/^---$/m)
    .map((each) => parseYaml(each))
    .filter((each): each is { readonly [key: string]: Plain } => each !== null && typeof each === 'object')
    .map((each) => each as unknown as Rendered);
}

/** A YAML text as plain values. */
export function parseYaml(text: string): Plain {
  if (text.split('\n').every((line) => line.trim() === '' || line.trimStart().startsWith('#'))) return null;
  const read = readSource({ name: 'rendered', text });
  if (!read.ok) throw new Error(read.problems.map((each) => each.message).join('\n'));
  return plain(toValue(read.value));
}

function plain(value: Value): Plain {
  if (typeof value === 'bigint') return Number(value);
  if (value !== null && isMap(value)) return Object.fromEntries([...value].map(([key, each]) => [key, plain(each)]));
  if (value !== null && isList(value)) return value.map(plain);
  return value as Plain;
}

/** Value files that come with a chart, by name. */
export function valuesFile(chart: ChartName, name: string): string {
  return join(root, 'deploy/charts', chart, 'ci', `${name}-values.yaml`);
}

let found: string | null | undefined;

/** The helm program; built where there is none. */
export function theHelm(): string {
  found ??= findHelm();
  assert.ok(found !== null, 'helm is neither on the path nor in TANDEM_HELM, and there is no Go to build it');
  return found;
}

/** The objects of a chart, with more arguments for helm. */
export function render(chart: ChartName, ...args: readonly string[]): readonly Rendered[] {
  return renderFolder(chartFolder(chart), ...args);
}

/** The same of a chart that lies elsewhere, such as a changed copy. */
function renderFolder(folder: string, ...args: readonly string[]): readonly Rendered[] {
  const { ok, text } = onFolder(theHelm(), 'template', folder, args);
  assert.ok(ok, text);
  return parseObjects(text);
}

/** What helm says after an install: it shows that only with a cluster, so a copy of the chart has it among its objects. */
export function notesOf(chart: ChartName, ...args: readonly string[]): string {
  const copy = mkdtempSync(join(tmpdir(), 'tandem-chart-'));
  try {
    cpSync(chartFolder(chart), copy, { recursive: true });
    writeFileSync(
      join(copy, 'templates/shown.yaml'),
      'kind: Shown\nmetadata: { name: notes }\ntext: {{ include (print .Template.BasePath "/NOTES.txt") . | quote }}\n',
    );
    return String(find(renderFolder(copy, ...args), 'Shown', 'notes')['text']);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The same with one of the value sets of the chart. */
export function renderSet(chart: ChartName, set: string, ...args: readonly string[]): readonly Rendered[] {
  return render(chart, '--values', valuesFile(chart, set), ...args);
}

export function find(objects: readonly Rendered[], kind: string, name: string, namespace?: string): Rendered {
  const object = objects.find(
    (each) =>
      each.kind === kind &&
      each.metadata.name === name &&
      (namespace === undefined || each.metadata.namespace === namespace),
  );
  assert.ok(object, `there is no ${kind} "${name}"`);
  return object;
}
