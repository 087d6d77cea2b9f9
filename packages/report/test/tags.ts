import { expect } from '@jest/globals';

/** Every tag of a page as its name and its attributes. Fails on anything that is not well formed. */
export function tagsOf(page: string): { readonly name: string; readonly attributes: readonly string[] }[] {
  const body = page.replace(/<(style|script)>.*?<\/\1>/gs, '<$1></$1>');
  const tag = /<(\/?[a-zA-Z!][a-zA-Z0-9]*)((?:\s+[a-zA-Z][\w:-]*(?:="[^"<>]*")?)*)\s*\/?>/g;
  expect(body.replaceAll(tag, '')).not.toMatch(/[<>]/);
  return [...body.matchAll(tag)].map(([, name = '', attributes = '']) => ({
    name: name.toLowerCase(),
    attributes: [...attributes.matchAll(/([a-zA-Z][\w:-]*)(?:="[^"]*")?/g)].map(([, attribute = '']) => attribute),
  }));
}
