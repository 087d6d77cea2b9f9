import { describe, expect, it } from '@jest/globals';
import { describeCondition, meetsCondition, parseCondition } from '../src/attest/conditions.ts';

const now = new Date('2027-01-10T12:00:00Z');
const predicate = {
  verificationResult: 'PASSED',
  isReviewed: false,
  nothing: null,
  invocation: { 'builder.id': 'https://builds.example.com' },
  scanner: { result: { counts: { Critical: 0, High: 3 }, vulnerabilities: ['a', 'b'] } },
  metadata: { finished: '2027-01-10T11:00:00Z', day: '2027-01-10', later: '2027-01-10T12:30:00Z', text: 'yesterday' },
  dependencies: [{ uri: 'git+https://example.com/a' }, { uri: 'git+https://example.com/b' }],
  empty: [],
  reviewers: [{ approvals: [{ team: 'security' }] }, { approvals: [] }],
};
const meets = (condition: unknown): boolean =>
  meetsCondition(JSON.parse(JSON.stringify(predicate)), parseCondition(condition, 'policy.yml:3'), now);

describe('a condition', () => {
  it.each([
    [{ path: 'verificationResult', equals: 'PASSED' }],
    [{ path: 'isReviewed', equals: false }],
    [{ path: 'isReviewed', exists: true }],
    [{ path: ['invocation', 'builder.id'], 'one-of': ['https://builds.example.com', 'x'] }],
    [{ path: 'scanner.result.counts.Critical', 'at-most': 0 }],
    [{ path: 'scanner.result.vulnerabilities', 'at-most': 2 }],
    [{ path: 'metadata.finished', 'newer-than': '1h' }],
    [{ path: 'dependencies.1.uri', equals: 'git+https://example.com/b' }],
    [{ path: 'dependencies.*.uri', 'one-of': ['git+https://example.com/a', 'git+https://example.com/b'] }],
  ])('is met: %j', (condition) => {
    expect(meets(condition)).toBe(true);
  });

  it.each([
    ['another value', { path: 'verificationResult', equals: 'FAILED' }],
    ['a text for a truth value', { path: 'isReviewed', equals: 'false' }],
    ['null for something', { path: 'nothing', exists: true }],
    ['what is not there', { path: 'reviewed', exists: true }],
    ['nothing at most', { path: 'scanner.result.counts.Low', 'at-most': 5 }],
    ['a text at most', { path: 'verificationResult', 'at-most': 5 }],
    ['too many', { path: 'scanner.result.counts.High', 'at-most': 2 }],
    ['too many entries', { path: 'scanner.result.vulnerabilities', 'at-most': 1 }],
    ['an old time', { path: 'metadata.finished', 'newer-than': '59m' }],
    ['a time to come', { path: 'metadata.later', 'newer-than': '365d' }],
    ['a day without a time', { path: 'metadata.day', 'newer-than': '365d' }],
    ['a text without a time', { path: 'metadata.text', 'newer-than': '365d' }],
    ['one of two', { path: 'dependencies.*.uri', equals: 'git+https://example.com/a' }],
    ['each of none among others', { path: 'reviewers.*.approvals.*.team', equals: 'security' }],
    ['each of none', { path: 'empty.*', exists: true }],
    ['each of what is no list', { path: 'scanner.*', exists: true }],
    ['what every object has', { path: 'constructor.name', exists: true }],
    ['what every list has', { path: 'empty.length', 'at-most': 5 }],
  ])('is not met by %s: %j', (_, condition) => {
    expect(meets(condition)).toBe(false);
  });

  it.each([
    ['no path', { equals: 1 }],
    ['an empty part', { path: 'a..b', exists: true }],
    ['a number for a path', { path: 7, exists: true }],
    ['no rule', { path: 'a' }],
    ['two rules', { path: 'a', exists: true, equals: 1 }],
    ['a rule that is not known', { path: 'a', matches: '.*' }],
    ['exists: false', { path: 'a', exists: false }],
    ['an object to equal', { path: 'a', equals: {} }],
    ['none to be one of', { path: 'a', 'one-of': [] }],
    ['a text at most', { path: 'a', 'at-most': '5' }],
    ['an age without a unit', { path: 'a', 'newer-than': 7 }],
    ['an age of nothing', { path: 'a', 'newer-than': '0d' }],
    ['text', 'a equals b'],
  ])('is refused with %s: %j', (_, condition) => {
    expect(() => parseCondition(condition, 'policy.yml:3')).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining('policy.yml:3') }),
    );
  });

  it.each([
    [{ path: 'a.b', equals: 'PASSED' }, 'a.b equals PASSED'],
    [{ path: 'a.b', exists: true }, 'a.b exists'],
    [{ path: 'a.b', 'one-of': [1, 2] }, 'a.b is one of 1, 2'],
    [{ path: 'a.b', 'at-most': 3 }, 'a.b is at most 3'],
    [{ path: 'a.b', 'newer-than': '168h' }, 'a.b is newer than 7d'],
  ])('is told in words: %j', (condition, words) => {
    expect(describeCondition(parseCondition(condition, ''))).toBe(words);
  });
});
