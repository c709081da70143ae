import type { Metrics } from '../ports/metrics.ts';

/** Metrics that keep, in words, what they were told. For tests. */
export function talliedMetrics(): Metrics & { readonly told: string[] } {
  const told: string[] = [];
  const say = (...words: readonly (string | number)[]): void => void told.push(words.join(' '));
  return {
    told,
    redialled: () => say('redialled'),
    commandReceived: (kind) => say('received', kind),
    commandAnswered: (kind, outcome) => say('answered', kind, outcome),
    policyDenied: (rules) => say('denied', ...rules),
    apiRequest: ({ verb, code }) => say('request', verb, code),
    watchRestarted: (why) => say('watch', why),
  };
}
