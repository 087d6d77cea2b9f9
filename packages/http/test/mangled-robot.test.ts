import { describe, expect, it } from '@jest/globals';
import { credentialsHint } from '../src/index.ts';

describe('the hint for refused credentials', () => {
  it.each([
    ['robot+ci', /took what follows the "\$" for a variable/],
    ['robot', /took what follows the "\$" for a variable/],
    ['robot$$acme+ci', /"\$\$" stayed as it is/],
    ['robot4711acme+ci', /number of its process/],
    ['robot\\$acme+ci', /backslash/],
    ["'robot$acme+ci'", /quotes/],
    ['robot%24acme+ci', /URL-encoded/],
    ['robot$acme+ci\n', /line break/],
    ['robotacme+ci', /the "\$" got lost/],
    ['acme+ci', /the "\$" got lost/],
    ['$acme+ci', /its beginning was taken/],
    ['+ci', /its beginning was taken/],
  ])('tells what became of the robot account %j, and how to write it everywhere', (username, what) => {
    const hint = credentialsHint({ username, password: 'x' });
    expect(hint).toMatch(what);
    for (const place of ['GitHub', 'expand: false', 'robot$$project+name', 'Jenkins', 'single quotes'])
      expect(hint).toContain(place);
  });

  it.each(["'anne'", '"anne"', 'anne ', 'anne\n'])('tells what the user name %j has too much', (username) => {
    expect(credentialsHint({ username, password: 'x' })).toMatch(/^The user name .*: leave (?:that|them) out\.$/);
  });

  it.each([
    'robot$acme+ci',
    'robot$deploy',
    'robot-acme+ci',
    'robot_acme+ci',
    'robotics',
    'anne.marie',
    'a+b@c.example',
  ])('takes %s for a name', (username) => {
    expect(credentialsHint({ username, password: 'x' })).not.toContain('full name');
  });

  it.each(['robot$acme+ci', 'robot-acme+ci'])('is that of a robot account for %s', (username) => {
    expect(credentialsHint({ username, password: 'x' })).toContain('whether it is disabled or has expired');
  });

  it('is about the password when that has a line break', () => {
    expect(credentialsHint({ username: 'robot$acme+ci', password: 'x\n' })).toMatch(/The password .* line break/);
  });
});
