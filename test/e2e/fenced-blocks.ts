/** The fenced block of a language that comes first after a heading of a Markdown page. */
export function fencedBlock(page: string, heading: string, language: string): string {
  const section = page.slice(indexAfter(page, `\n${heading}\n`));
  const body = section.slice(indexAfter(section, `\`\`\`${language}\n`));
  return body.slice(0, body.indexOf('```'));
}

/** The fenced block of a language in a Markdown page that has a text in it. */
export function fencedBlockWith(page: string, language: string, text: string): string {
  const blocks = page.split(`\`\`\`${language}\n`).slice(1);
  const block = blocks.map((rest) => rest.slice(0, rest.indexOf('```'))).find((candidate) => candidate.includes(text));
  if (block === undefined) throw new Error(`the page has no block with ${JSON.stringify(text)}`);
  return block;
}

function indexAfter(text: string, part: string): number {
  const index = text.indexOf(part);
  if (index < 0) throw new Error(`the page has no ${JSON.stringify(part)}`);
  return index + part.length;
}
