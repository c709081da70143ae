/** How the value of one kind of hyper-parameter is written. */
export interface Form {
  /** Names of the numbers, in the order of the list and text forms. */
  readonly fields: readonly string[];
  readonly optional?: string;
  readonly isDistribution: boolean;
  /** `"a:b:c"` is one of its forms. */
  readonly hasText: boolean;
  readonly of: 'number' | 'date' | 'datetime';
}

const spaced = (fields: readonly string[], optional?: string): Form => ({
  fields,
  isDistribution: false,
  hasText: true,
  of: 'number',
  ...(optional === undefined ? {} : { optional }),
});
const drawn = (fields: readonly string[]): Form => ({
  fields,
  isDistribution: true,
  hasText: true,
  of: 'number',
});
const bounds = ['low', 'high'];
const shape = ['loc', 'scale'];
const range = ['start', 'stop', 'step'];

/** Kinds of hyper-parameters that are made of numbers (compiler.md 1.6). */
export const forms: ReadonlyMap<string, Form> = new Map([
  ['range', spaced(range)],
  ['linspace', spaced(['start', 'stop', 'num'])],
  ['geomspace', spaced(['start', 'stop', 'num'])],
  ['logspace', spaced(['start', 'stop', 'num', 'base'], 'base')],
  ['daterange', { ...spaced(range), hasText: false, of: 'date' }],
  ['datetimerange', { ...spaced(range), hasText: false, of: 'datetime' }],
  ['uniform', drawn(bounds)],
  ['loguniform', drawn(bounds)],
  ['normal', drawn(shape)],
  ['lognormal', drawn(shape)],
  ['quniform', drawn([...bounds, 'q'])],
  ['qloguniform', drawn([...bounds, 'q'])],
  ['qnormal', drawn([...shape, 'q'])],
  ['qlognormal', drawn([...shape, 'q'])],
]);

/** Every kind of hyper-parameter. */
export const allKinds: readonly string[] = ['choice', 'pchoice', ...forms.keys()];

/** Kinds that values are drawn from, so that there is no list of them. */
export const distributionKinds: ReadonlySet<string> = new Set([
  'pchoice',
  ...[...forms].filter(([, form]) => form.isDistribution).map(([kind]) => kind),
]);
