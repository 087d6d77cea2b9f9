import { describe, expect, it } from '@jest/globals';
import { PilotError, redact, registerSecret, secretForms } from '../src/index.ts';

describe('secrets', () => {
  it('are known in the forms that logs show them in', () => {
    expect(secretForms('a"b$c d')).toEqual(
      expect.arrayContaining(['a"b$c d', Buffer.from('a"b$c d').toString('base64'), 'a%22b%24c%20d', 'a\\"b$c d']),
    );
  });

  it('are known as they go over the wire: in a form, without padding, and with the line break that came along', () => {
    const wire = (text: string) => Buffer.from(text).toString('base64');
    expect(secretForms("it's a b!")).toContain('it%27s+a+b%21');
    expect(secretForms('bob:pass?>')).toContain(wire('bob:pass?>').replace(/=+$/, ''));
    expect(secretForms('bob:secret\n')).toContain(wire('bob:secret\n'));
  });

  it('are none when they are empty', () => {
    registerSecret('');
    registerSecret(' \n');
    expect(redact('{"code":"none","list":["a"]}')).toBe('{"code":"none","list":["a"]}');
  });

  it('are known as Go writes JSON, and when they are no Unicode', () => {
    expect(secretForms('a<b>&c')).toContain('a\\u003cb\\u003e\\u0026c');
    expect(secretForms('half a pair: \ud800')).toContain('half%20a%20pair%3A%20%EF%BF%BD');
  });

  it('are hidden inside of base64, wherever they begin', () => {
    registerSecret('t0p-S3cret-canary');
    for (const user of ['a', 'bo', 'eve']) {
      const basic = Buffer.from(`${user}:t0p-S3cret-canary`).toString('base64');
      expect(redact(`Basic ${basic}`)).toMatch(/^Basic [\w+/]{2,6}\*\*\*[\w+/=]{0,4}$/);
    }
  });

  const awkward = 'Pa/ss+w&rd<"é\'7>=\\x';
  const lower = (text: string) => text.replaceAll(/%../g, (one) => one.toLowerCase());
  const uri = encodeURIComponent(awkward);
  it.each([
    ['URL-encoded', uri],
    ['URL-encoded in lower case', lower(uri)],
    ['URL-encoded as a whole', [...Buffer.from(awkward)].map((byte) => `%${byte.toString(16)}`).join('')],
    ['URL-encoded in a parameter of a URL', encodeURIComponent(lower(uri))],
    ['JSON', JSON.stringify(awkward).slice(1, -1)],
    ['JSON in JSON', JSON.stringify(JSON.stringify(awkward)).slice(3, -3)],
    ['JSON with codes', awkward.replaceAll(/\W/g, (one) => `\\u00${one.charCodeAt(0).toString(16).toUpperCase()}`)],
    ['PHP', JSON.stringify(awkward).slice(1, -1).replaceAll('/', '\\/')],
    ['HTML', 'Pa/ss+w&amp;rd&lt;&quot;é&#39;7&gt;=\\x'],
    ['HTML with codes', 'Pa&#x2F;ss&#43;w&#38;rd&#60;&#34;&#xe9;&apos;7&#062;=\\x'],
    ['HTML in HTML', 'Pa/ss+w&amp;amp;rd&amp;lt;&amp;quot;é&amp;#39;7&amp;gt;=\\x'],
    ['JSON in a URL', encodeURIComponent(JSON.stringify(awkward).slice(1, -1))],
    ['words of a shell', awkward.replaceAll(/[^\w]/g, '\\$&')],
  ])('are hidden as %s writes them', (_, text) => {
    registerSecret(awkward);
    expect(redact(`100% of %41, ${text}, &c. \\u0041`)).toBe('100% of %41, ***, &c. \\u0041');
    expect(redact(`<${text}${text}>`)).toBe('<******>');
  });

  it('are hidden in their base64 with its own escapes, and leave JSON what it is', () => {
    registerSecret('??>>??>>~~');
    const base64 = Buffer.from('??>>??>>~~').toString('base64');
    expect(redact(`auth=${lower(encodeURIComponent(base64))}`)).not.toMatch(/2f/);
    const value = { text: `first\n"??>>??>>~~"\u0001`, escaped: '\\u003f?>>??>>~~' };
    expect(JSON.parse(redact(JSON.stringify(value)))).toEqual({ text: 'first\n"***"\u0001', escaped: '***' });
  });

  it('are told to others as URLs of either case, HTML and JSON write them', () => {
    expect(secretForms("a/b&c'd é")).toEqual(
      expect.arrayContaining(['a%2Fb%26c', 'a%2fb%26c'].map((begin) => expect.stringContaining(begin))),
    );
    expect(secretForms("a/b&c'd é")).toEqual(
      expect.arrayContaining([
        'a%2fb%26c%27d%20%c3%a9',
        'a%2fb%26c%27d+%c3%a9',
        'a/b&amp;c&#39;d é',
        'a/b&amp;c&#x27;d é',
        "a/b\\u0026c'd é",
        "a/b&c'd \\u00e9",
      ]),
    );
  });

  it('are hidden line by line, longest form first', () => {
    registerSecret('first line\nsecond line');
    expect(redact('log: second line')).toBe('log: ***');
    registerSecret('second line and more');
    expect(redact('second line and more')).toBe('***');
  });
});

describe('secrets of fewer than four characters', () => {
  const prose = [
    "Give the host of the registry; it's a secret of the registry's.",
    'a build is there: the image, a layer (a large one)',
    'cannot be written: a part of the path is no folder',
  ];

  it.each(['a', 'the', 'is', 's', 'of'])('leave sentences alone: %s', (secret) => {
    registerSecret(secret);
    for (const sentence of prose) expect(redact(sentence)).toBe(sentence);
    expect(new PilotError('INPUT_INVALID', 'x', { hint: prose.join(' ') }).hint).toBe(prose.join(' '));
  });

  it.each(['x7z', '$*)', 'q', '-'])('are hidden where they are a value: %s', (secret) => {
    registerSecret(secret);
    expect(redact(`password=${secret}&scope=all`)).toBe('password=***&scope=all');
    expect(redact(`https://bob:${secret}@host/`)).toBe('https://bob:***@host/');
    expect(redact(`{"user":"bob","password":"${secret}"}`)).toBe('{"user":"bob","password":"***"}');
    expect(redact(`the password '${secret}' is wrong`)).toBe("the password '***' is wrong");
    expect(redact(`one\npassword=${secret}\ntwo`)).toBe('one\npassword=***\ntwo');
    expect(new PilotError('INPUT_INVALID', `"${secret}" is refused`).message).toBe('"***" is refused');
  });

  it('leave JSON what it is', () => {
    for (const secret of ['1', '{', 'ci', '[]']) registerSecret(secret);
    const result = { exitCode: 1, ci: { name: 'ci' }, tags: [] };
    expect(JSON.parse(redact(JSON.stringify(result)))).toEqual({ ...result, ci: { name: '***' } });
  });

  it('are no lines of a longer secret', () => {
    registerSecret('{\n"key": 1\nend\n}');
    expect(redact('text="end"')).toBe('text="end"');
  });

  it('are left to the log of the CI, which would hide them everywhere', () => {
    expect(secretForms('abc')).not.toContain('abc');
  });
});

describe('secrets of four to seven characters', () => {
  it.each(['test', '1234', 'a-b c', 'x$y*"z'])('are hidden where they stand alone: %s', (secret) => {
    registerSecret(secret);
    for (const [before, after] of [
      ['the password ', ' is wrong'],
      ['', ''],
      ['https://bob:', '@host/'],
      ['bob:', '\n'],
      ['(', ')'],
    ]) {
      expect(redact(`${before}${secret}${after}`)).toBe(`${before}***${after}`);
    }
    expect(redact(JSON.stringify({ text: `first\n${secret}\u001b` }))).toBe('{"text":"first\\n***\\u001b"}');
    expect(redact(`of=${encodeURIComponent(`é${secret}`)}`)).toBe('of=%C3%A9***');
  });

  it('are no part of what the next step reads', () => {
    for (const secret of ['test', '1234', 'code', 'true']) registerSecret(secret);
    const text = 'tag latest, digest sha256:00c1234a, the tests';
    expect(redact(text)).toBe(text);
    const result = { code: 1234, isLatest: true, tags: ['latest', 'v12345'] };
    expect(redact(JSON.stringify(result))).toBe(JSON.stringify(result));
  });

  it('stand alone by their own symbols', () => {
    registerSecret('$ab*');
    expect(redact('x$ab*y')).toBe('x***y');
  });

  it('are hidden everywhere in their encoded form', () => {
    registerSecret('secre');
    expect(redact(`x${Buffer.from('secre').toString('base64')}x`)).toBe('x***x');
  });
});
