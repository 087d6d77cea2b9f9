import { formatBytes, formatCount } from '@harbor-pilot/core';
import { expect, it } from '@jest/globals';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [9949, '9.9 kB'],
  [99_949, '99.9 kB'],
  [99_950, '100 kB'],
  [123_456, '123 kB'],
  [999_499, '999 kB'],
  [999_999, '1.0 MB'],
  [12_345_678, '12.3 MB'],
  [1e9, '1.0 GB'],
  [2e15, '2000 TB'],
])('formatBytes(%d)', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [0, '0 layers'],
  [1, '1 layer'],
  [12_345, '12,345 layers'],
])('formatCount(%d)', (count, text) => {
  expect(formatCount(count, 'layer')).toBe(text);
  expect(formatCount(count, 'vulnerability', 'vulnerabilities')).toMatch(count === 1 ? /y$/ : /ies$/);
});
