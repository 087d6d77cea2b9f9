import { type ErrorCode, PilotError } from '@harbor-pilot/core';

/** The way to a value within a file: keys and places in lists. */
export type ValuePath = readonly (string | number)[];

/** The value of a file that people write, and where its parts stand. */
export interface Located {
  readonly value: unknown;
  /** `file:line` of a part, or of what is nearest around it. */
  readonly where: (path: ValuePath) => string;
  /** Of the errors about it. */
  readonly code: Extract<ErrorCode, 'CONFIG_INVALID' | 'INPUT_INVALID'>;
}

/** More text than this is no file that people write. */
const yamlLimitBytes = 256 * 1024;
/** VEX documents are made by programs, of all products of a maker. */
const jsonLimitBytes = 16 * 1024 * 1024;
/** To find a line in more text than this takes too long. */
const lineLimitBytes = 1024 * 1024;

/**
 * Reads YAML.
 * @param file name for messages.
 * @throws PilotError INPUT_INVALID with the line; also for aliases that would unfold into a heap.
 */
export async function readYaml(text: string, file: string): Promise<Located> {
  requireSize(text, file, yamlLimitBytes);
  const { LineCounter, parseDocument } = await import('../yaml.ts');
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines });
    const [error] = document.errors;
    const line = error === undefined ? '' : `:${lines.linePos(error.pos[0]).line}`;
    if (error !== undefined) throw invalid(`${file}${line}`, error.message.split('\n')[0] ?? 'it is not YAML');
    return {
      value: document.toJS({ maxAliasCount: 50 }),
      where: whereIn(document, lines, file),
      code: 'INPUT_INVALID',
    };
  } catch (error) {
    if (error instanceof PilotError) throw error;
    throw invalid(file, error instanceof Error ? error.message : 'it is not YAML', error);
  }
}

/**
 * Reads JSON.
 * @param file name for messages.
 * @throws PilotError INPUT_INVALID
 */
export async function readJson(text: string, file: string): Promise<Located> {
  requireSize(text, file, jsonLimitBytes);
  const { LineCounter, parseDocument } = await import('../yaml.ts');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(file, error instanceof Error ? error.message : 'it is not JSON', error);
  }
  // All JSON is YAML, whose reader knows lines; it is slow, and asked only for an error.
  const lineOf = (path: ValuePath): string => {
    const lines = new LineCounter();
    return whereIn(parseDocument(text, { lineCounter: lines }), lines, file)(path);
  };
  const isLarge = text.length > lineLimitBytes;
  return { value, where: isLarge ? (path) => `${file}, ${path.join('.')}` : lineOf, code: 'INPUT_INVALID' };
}

interface YamlTree {
  getIn(path: ValuePath, keepScalar: true): unknown;
}

function whereIn(
  document: YamlTree,
  lines: { linePos(offset: number): { line: number } },
  file: string,
): Located['where'] {
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined;
      if (node?.range?.[0] !== undefined) return `${file}:${lines.linePos(node.range[0]).line}`;
    }
    return file;
  };
}

function requireSize(text: string, file: string, limitBytes: number): void {
  if (text.length > limitBytes) throw invalid(file, `it is larger than ${limitBytes} bytes`);
}

function invalid(where: string, why: string, cause?: unknown): PilotError {
  return new PilotError('INPUT_INVALID', `${where}: ${why}`, { cause });
}
