import { PilotError } from '@harbor-pilot/core';
import { DockerfileParser } from 'dockerfile-ast';

/** A place in a Dockerfile, for errors. */
export interface SourceLine {
  /** The file as the user wrote its name. */
  readonly file: string;
  /** Counted from one. */
  readonly line: number;
}

/** Text that follows an instruction up to a line with its name. */
export interface Heredoc {
  readonly name: string;
  readonly body: string;
  /** Whether variables in the body are expanded: not when the name was quoted. */
  readonly expands: boolean;
}

/** One instruction with its continued lines joined. */
export interface Instruction {
  /** In upper case. */
  readonly keyword: string;
  /** Everything behind the keyword. */
  readonly text: string;
  readonly heredocs: readonly Heredoc[];
  readonly at: SourceLine;
  /** The character that escapes and that continues a line. */
  readonly escapeWith: string;
}

/** An error about a place in a Dockerfile. */
export function invalidAt(at: SourceLine, message: string, hint?: string, cause?: unknown): PilotError {
  return new PilotError('DOCKERFILE_INVALID', `${at.file}:${at.line}: ${message}`, {
    hint,
    cause,
    details: { file: at.file, line: at.line },
  });
}

/**
 * Splits a Dockerfile into its instructions (Dockerfile reference 1.x, "Format").
 * @throws PilotError DOCKERFILE_INVALID when it has none, or a heredoc does not end.
 */
export function parseInstructions(content: string, file: string): Instruction[] {
  const text = content.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const parsed = DockerfileParser.parse(text);
  const escapeWith = parsed.getEscapeCharacter();
  const lines = text.split('\n');
  const instructions = parsed.getInstructions().map((instruction) => {
    const { start, end } = instruction.getRange();
    return readInstruction(lines.slice(start.line, end.line + 1), { file, line: start.line + 1 }, escapeWith);
  });
  if (instructions.length === 0) throw invalidAt({ file, line: 1 }, 'the Dockerfile has no instruction');
  return instructions;
}

const keywordsWithHeredocs = new Set(['COPY', 'ADD', 'RUN']);

function readInstruction(lines: readonly string[], at: SourceLine, escapeWith: string): Instruction {
  const { text, used } = joinLines(lines, escapeWith);
  const match = /^\s*(\S+)\s*([\s\S]*)$/.exec(text);
  const keyword = (match?.[1] ?? '').toUpperCase();
  const rest = (match?.[2] ?? '').trimEnd();
  const trigger = keyword === 'ONBUILD' ? (/^\S+/.exec(rest)?.[0] ?? '').toUpperCase() : keyword;
  const heredocs = keywordsWithHeredocs.has(trigger) ? readHeredocs(rest, lines.slice(used), at) : [];
  return { keyword, text: rest, heredocs, at, escapeWith };
}

/** A line that ends with the escape character goes on in the next one; comments and empty lines between are left out. */
function joinLines(lines: readonly string[], escapeWith: string): { text: string; used: number } {
  const continued = new RegExp(`\\${escapeWith}[ \\t]*$`);
  let text = '';
  let used = 0;
  for (const line of lines) {
    used += 1;
    if (used > 1 && /^\s*(?:#.*)?$/.test(line)) continue;
    text += line.replace(continued, '');
    if (!continued.test(line)) break;
  }
  return { text, used };
}

const heredocPattern = /(?<=^|\s)<<(-?)(["']?)([^\s<"']+)\2(?=\s|$)/g;

function readHeredocs(text: string, lines: readonly string[], at: SourceLine): Heredoc[] {
  let next = 0;
  return [...text.matchAll(heredocPattern)].map(([, dash, quote, name = '']) => {
    const body: string[] = [];
    for (;;) {
      const line = lines[next++];
      if (line === undefined) throw invalidAt(at, `the heredoc ${name} does not end`, `Add a line "${name}".`);
      const stripped = dash === '-' ? line.replace(/^\t+/, '') : line;
      if (stripped === name) break;
      body.push(`${stripped}\n`);
    }
    return { name, body: body.join(''), expands: quote === '' };
  });
}
