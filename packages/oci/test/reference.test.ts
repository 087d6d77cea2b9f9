import { PilotError } from '@harbor-pilot/core';
import { describe, expect, it } from '@jest/globals';
import { formatReference, isTag, parseHost, parsePlatform, parseReference, platformMatches } from '../src/index.ts';

const digest = `sha256:${'a'.repeat(64)}` as const;

const codeOf = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    return error instanceof PilotError ? error.code : String(error);
  }
  return 'nothing thrown';
};

describe('parseReference', () => {
  it.each([
    ['harbor.example.com/shop/hello:1.0', { registry: 'harbor.example.com', repository: 'shop/hello', tag: '1.0' }],
    ['harbor.example.com:8443/shop/a/b', { registry: 'harbor.example.com:8443', repository: 'shop/a/b' }],
    [`localhost/shop/hello@${digest}`, { registry: 'localhost', repository: 'shop/hello', digest }],
    [`127.0.0.1:5000/x:y@${digest}`, { registry: '127.0.0.1:5000', repository: 'x', tag: 'y', digest }],
    ['[::1]:5000/x', { registry: '[::1]:5000', repository: 'x' }],
  ])('reads %s and writes it again', (text, parts) => {
    expect(parseReference(text)).toEqual(parts);
    expect(formatReference(parseReference(text))).toBe(text);
  });

  it('takes the default registry when the text names none', () => {
    expect(parseReference('shop/hello:1', 'h.example.com').registry).toBe('h.example.com');
    expect(parseReference('other.example.com/shop/hello', 'h.example.com').registry).toBe('other.example.com');
  });

  it.each([
    ['shop/hello', /names no registry/],
    ['https://h.example.com/shop/hello', /./],
    ['h.example.com/Shop/hello', /upper case/],
    ['h.example.com/shop//hello', /not a repository/],
    ['h.example.com/shop/hello:.x', /not a tag/],
    ['h.example.com/shop/hello@sha256:12', /not a digest/],
    ['a@b@c', /more than one/],
    ['', /./],
  ])('refuses %p', (text, reason) => {
    expect(codeOf(() => parseReference(text))).toBe('REFERENCE_INVALID');
    expect(() => parseReference(text)).toThrow(reason);
  });

  it('says how a name in upper case is written', () => {
    expect(() => parseReference('h.example.com/Shop/hello')).toThrow(
      expect.objectContaining({ hint: 'Write shop/hello.' }),
    );
  });
});

describe('parseHost', () => {
  it.each([
    ['harbor.example.com', 'harbor.example.com'],
    [' https://Harbor.example.com/ ', 'harbor.example.com'],
    ['LOCALHOST:8443', 'localhost:8443'],
  ])('reads %p as %s', (text, host) => {
    expect(parseHost(text)).toBe(host);
  });

  it.each([
    '',
    'http://h.example.com',
    'h.example.com/shop',
    'user:pw@h.example.com',
    'a b$c',
    '127.0.0.1:999999',
    'h:0',
  ])('refuses %p', (text) => {
    expect(codeOf(() => parseHost(text))).toBe('REFERENCE_INVALID');
  });
});

describe('a host that is none', () => {
  it.each([
    ['h.example.com:99999', 'ports are 1 to 65535'],
    ['my_harbor.example.com', '"_" cannot be in the name of a host'],
    ['größe.example.com', '"ö" cannot be in the name of a host'],
    ['***@h.example.com', 'user and password do not belong there'],
  ])('%s is told why', (text, why) => {
    expect(() => parseHost(text)).toThrow(`"${text}" is not the host of a registry: ${why}`);
  });
});

describe('a password before the host', () => {
  it.each([
    () => parseHost('https://anne:canary-word@h.example.com'),
    () => parseReference('https://anne:canary-word@h.example.com/shop/app:1'),
    () => parseReference('anne:canary-word@h.example.com/shop/app:1'),
  ])('is not shown', (parse) => {
    expect(parse).toThrow('***@h.example.com');
    expect(parse).not.toThrow('canary-word');
  });

  it('is not what a tag before a digest is', () => {
    expect(() => parseReference('App:1.0@sha256:abc', 'h')).toThrow('"App:1.0@sha256:abc"');
  });
});

describe('tags and platforms', () => {
  it('knows what a tag may be', () => {
    expect([isTag('1.0'), isTag('v_1-x'), isTag('-x'), isTag('a'.repeat(129)), isTag('a/b')]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('matches arm64 with and without its variant', () => {
    expect(platformMatches(parsePlatform('linux/arm64'), parsePlatform('linux/arm64/v8'))).toBe(true);
    expect(platformMatches(parsePlatform('linux/arm/v6'), parsePlatform('linux/arm'))).toBe(false);
    expect(platformMatches(parsePlatform('linux/amd64'), parsePlatform('linux/arm64'))).toBe(false);
    expect(codeOf(() => parsePlatform('linux'))).toBe('INPUT_INVALID');
  });
});
