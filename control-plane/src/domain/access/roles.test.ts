import assert from 'node:assert/strict';
import { mayInProject, roleIn } from './roles.ts';

describe('roles', () => {
  it('follow from both memberships', () => {
    assert.equal(roleIn({ organisation: null, project: 'admin', isPublic: true }), null);
    assert.equal(roleIn({ organisation: 'owner', project: null, isPublic: false }), 'admin');
    assert.equal(roleIn({ organisation: 'admin', project: 'viewer', isPublic: false }), 'admin');
    assert.equal(roleIn({ organisation: 'member', project: null, isPublic: false }), null);
    assert.equal(roleIn({ organisation: 'member', project: null, isPublic: true }), 'viewer');
    assert.equal(roleIn({ organisation: 'member', project: 'member', isPublic: true }), 'member');
  });

  it('give rights that contain each other', () => {
    assert.deepEqual(
      ['viewer', 'member', 'admin'].map((role) => mayInProject(role as 'viewer', 'write')),
      [false, true, true],
    );
    assert.deepEqual(
      ['viewer', 'member', 'admin'].map((role) => mayInProject(role as 'viewer', 'administer')),
      [false, false, true],
    );
  });
});
