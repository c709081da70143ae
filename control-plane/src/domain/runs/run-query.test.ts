import assert from 'node:assert/strict';
import { parseRunQuery, parseRunSort } from './run-query.ts';

const live = { kind: 'in', field: 'live_state', values: ['1'], isNegated: false };

describe('the query language for runs', () => {
  const filter = (text: string) => {
    const parsed = parseRunQuery(text);
    assert.equal(parsed.kind, 'done', parsed.kind === 'wrong' ? parsed.message : '');
    return parsed.kind === 'done' ? parsed.filter : [];
  };

  it('lists live runs unless the query says otherwise', () => {
    assert.deepEqual(filter(''), [live]);
    assert.deepEqual(filter('live_state:0').length, 1);
  });

  it('reads values, alternatives, negations, nil, patterns and times', () => {
    assert.deepEqual(
      filter('status:running | queued, kind:~job, name:%fit%, finished_at:nil, created_at:>=2026-01-01'),
      [
        { kind: 'in', field: 'status', values: ['running', 'queued'], isNegated: false },
        { kind: 'in', field: 'kind', values: ['job'], isNegated: true },
        { kind: 'like', field: 'name', pattern: '%fit%', isNegated: false },
        { kind: 'null', field: 'finished_at', isNegated: false },
        { kind: 'compare', field: 'created_at', operator: '>=', at: '2026-01-01' },
        live,
      ],
    );
  });

  it('takes signs of a pattern in a name as they are', () => {
    assert.deepEqual(filter('name:a_b%')[0], { kind: 'like', field: 'name', pattern: 'a\\_b%', isNegated: false });
  });

  it('passes over a default filter that is switched off', () => {
    assert.deepEqual(filter('created_at:_any_'), [live]);
  });

  for (const text of [
    'foo:1',
    'status',
    'status:',
    'status:busy',
    'a:1,,b:2',
    'created_at:>soon',
    'live_state:x',
    'kind:job,',
  ]) {
    it(`refuses "${text}" with a sentence`, () => {
      const parsed = parseRunQuery(text);
      assert.ok(parsed.kind === 'wrong' && parsed.message.length > 10);
    });
  }

  it('ignores what it cannot sort by', () => {
    assert.deepEqual(parseRunSort('-name,foo,kind'), [
      { field: 'name', isDescending: true },
      { field: 'kind', isDescending: false },
    ]);
    assert.deepEqual(parseRunSort(''), [{ field: 'updated_at', isDescending: true }]);
  });
});
