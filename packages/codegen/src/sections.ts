/**
 * Replaces what stands between `<!-- begin NAME -->` and `<!-- end NAME -->` in a hand-written page.
 * @throws Error when the page has no such marks: a bug of the page.
 */
export function replaceSection(page: string, name: string, content: string): string {
  const begin = `<!-- begin ${name} -->`;
  const end = `<!-- end ${name} -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the page has no section "${name}"`);
  return `${page.slice(0, from + begin.length)}\n${content}\n${page.slice(to)}`;
}
