import { ListCutter } from '@harbor-pilot/core';
import { describe, expect, it } from '@jest/globals';
import { openLongJson } from '../../src/sources/long-json.ts';
import { reportFile } from './fixtures.ts';

const limits = { elementBytes: 1000, outlineBytes: 1000, depth: 10 };

/** Cuts a text that comes in chunks of some size. */
function cut(text: string, list: string, chunkSize: number) {
  const elements: [string, readonly number[]][] = [];
  const cutter = new ListCutter(new Set([list]), limits, new Set([list]), ({ text: json, places }) =>
    elements.push([json, places]),
  );
  const bytes = Buffer.from(text);
  const chunk = Buffer.alloc(chunkSize);
  for (let start = 0; start < bytes.length; start += chunkSize) {
    // The chunk is written over each time, as the reader of files does.
    const length = bytes.copy(chunk, 0, start, start + chunkSize);
    cutter.push(chunk.subarray(0, length));
  }
  return { elements, outline: cutter.outline(), counts: cutter.counts };
}

describe('lists that are cut out of JSON', () => {
  const text = String.raw`{ "a\"]": "x[{,\\", "n": [1, [2], { "m": [0] } ],
    "r": [ { "l": [ {"t": "é],}\\"}, [1,[2]], "," , 3 ], "k": 1 }, { "l": [] }, { "l": [ ] }, { "l": [null] } ] }`;

  it.each([1, 2, 3, 7, 1000])('are the same however the bytes come: %i at a time', (size) => {
    const { elements, outline, counts } = cut(text, 'r.*.l', size);
    expect(elements.map(([json, places]) => [JSON.parse(json), places])).toEqual([
      [{ t: 'é],}\\' }, [0]],
      [[1, [2]], [0]],
      [',', [0]],
      [3, [0]],
      [null, [3]],
    ]);
    expect(JSON.parse(outline)).toEqual({
      'a"]': 'x[{,\\',
      n: [1, [2], { m: [0] }],
      r: [{ l: [], k: 1 }, { l: [] }, { l: [] }, { l: [] }],
    });
    expect(counts.get('r.*.l')).toBe(5);
  });

  it('cannot hide behind a key that is written with escapes, or that comes twice', () => {
    const { elements } = cut(String.raw`{"\u0072": [1], "r": [2], "r": [3]}`, 'r', 5);
    expect(elements.map(([json]) => json)).toEqual(['1', '2', '3']);
  });

  it('has an outline that is no JSON when brackets do not match, or the text was cut short', () => {
    for (const broken of ['{"r": [1}', '{"r": [1, 2', '{"r": [1]', '{"r": ["a]}']) {
      expect(() => JSON.parse(cut(broken, 'r', 4).outline)).toThrow(SyntaxError);
    }
  });

  it.each([
    ['an entry of more than', `{"r": ["${'x'.repeat(2000)}"]}`],
    ['bytes beside its entries', `{"q": "${'x'.repeat(2000)}"}`],
    ['more than 10 levels', '['.repeat(500)],
  ])('are held to limits: %s', (words, hostile) => {
    expect(() => cut(hostile, 'r', 100)).toThrow(words);
  });
});

describe('a long JSON file', () => {
  const lists = new Set(['r']);

  it('is read an element at a time, again and again', async () => {
    const json = await openLongJson(reportFile({ r: [{ a: 1 }, { a: 2 }], s: 3 }), lists);
    const seen: unknown[] = [];
    await json.each('r', (element) => seen.push(element));
    await json.each('r', (element) => seen.push(element));
    await json.close();
    expect(json.outline).toEqual({ r: [], s: 3 });
    expect(json.count('r')).toBe(2);
    expect(seen).toEqual([{ a: 1 }, { a: 2 }, { a: 1 }, { a: 2 }]);
  });

  it('may begin with the mark of UTF-8', async () => {
    const json = await openLongJson(reportFile('\ufeff{"s": 1}'), lists);
    await json.close();
    expect(json.outline).toEqual({ s: 1 });
  });

  it.each([
    ['', 'INPUT_INVALID', 'is empty'],
    [' \n', 'INPUT_INVALID', 'is empty'],
    ['{"r": [{"a": 1},', 'INPUT_INVALID', 'not complete JSON'],
    [Buffer.from('\ufeff{}', 'utf16le'), 'INPUT_INVALID', 'UTF-16'],
    [`{"r": ["${'x'.repeat(9_000_000)}"]}`, 'CONTENT_HOSTILE', 'an entry of more than'],
    ['['.repeat(100_000), 'CONTENT_HOSTILE', 'more than 100 levels'],
  ])('is refused when it is none (%#)', async (content, code, words) => {
    await expect(openLongJson(reportFile(content), lists)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });

  it.each(['/no/such/file.json', '/dev/null', '/tmp'])('is a file: not %s', async (file) => {
    await expect(openLongJson(file, lists)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('says which entry is broken only when that list is read', async () => {
    const json = await openLongJson(reportFile('{"r": [1,,2]}'), lists);
    await expect(json.each('r', () => {})).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await json.close();
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort();
    await expect(openLongJson(reportFile({}), lists, signal)).rejects.toThrow(/abort/);
  });
});
