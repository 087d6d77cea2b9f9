import { type FileHandle, open } from 'node:fs/promises';
import { type CutElement, CutterLimit, formatBytes, ListCutter, PilotError } from '@harbor-pilot/core';

/** A JSON file whose long lists are read an element at a time. */
export interface LongJson {
  /** As it was given, for messages. */
  readonly file: string;
  /** The document with the long lists empty. */
  readonly outline: unknown;
  /** How many elements a long list has, in all places where it is. */
  count(list: string): number;
  /**
   * Goes through the file once and hands over the elements of one of the long lists, in their order.
   * @param list `runs.*.results`.
   * @throws PilotError INPUT_INVALID when an element is no JSON.
   */
  each(list: string, visit: (element: unknown, places: readonly number[]) => void): Promise<void>;
  close(): Promise<void>;
}

/** A report of 100,000 vulnerabilities has some 200 MB. */
const fileLimitBytes = 1024 * 1024 * 1024;
const limits = { elementBytes: 8 * 1024 * 1024, outlineBytes: 32 * 1024 * 1024, depth: 100 };
const chunkBytes = 256 * 1024;

/**
 * Opens a JSON file and reads its outline.
 * @param lists those that may be long: their names, with `*` for each place in a list around it.
 * @throws PilotError FILE_UNREADABLE, INPUT_INVALID when it is empty, cut short or no JSON, CONTENT_HOSTILE beyond the limits.
 */
export async function openLongJson(file: string, lists: ReadonlySet<string>, signal?: AbortSignal): Promise<LongJson> {
  const handle = await openFile(file);
  try {
    const sizeBytes = await sizeOf(handle, file);
    const pass = (cutter: ListCutter): Promise<void> => goThrough(handle, file, sizeBytes, cutter, signal);
    const first = new ListCutter(lists, limits);
    await pass(first);
    const text = first.outline();
    const outline = parse(text, file, text.trim() === '' ? 'is empty' : 'is not complete JSON');
    const count = (list: string): number => first.counts.get(list) ?? 0;
    return {
      file,
      outline,
      count,
      each: async (list, visit) => {
        if (count(list) === 0) return;
        const onElement = ({ text: element, places }: CutElement): void =>
          visit(parse(element, file, 'has an entry that is no JSON'), places);
        await pass(new ListCutter(lists, limits, new Set([list]), onElement));
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file);
  } catch (cause) {
    throw new PilotError('FILE_UNREADABLE', `cannot read the report ${file}`, {
      cause,
      hint: 'Check the path, and that the job that makes the report hands it on to this one.',
    });
  }
}

async function sizeOf(handle: FileHandle, file: string): Promise<number> {
  const status = await handle.stat();
  if (!status.isFile()) {
    throw new PilotError('FILE_UNREADABLE', `${file} is not a file`, {
      hint: 'A report is read more than once: write it into a file first.',
    });
  }
  if (status.size > fileLimitBytes) throw hostile(file, `it has ${formatBytes(status.size)}`);
  return status.size;
}

async function goThrough(
  handle: FileHandle,
  file: string,
  sizeBytes: number,
  cutter: ListCutter,
  signal: AbortSignal | undefined,
): Promise<void> {
  const chunk = Buffer.alloc(Math.min(chunkBytes, sizeBytes));
  for (let position = 0; position < sizeBytes; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) break;
    const bytes = chunk.subarray(position === 0 ? markLength(chunk, file) : 0, bytesRead);
    position += bytesRead;
    try {
      cutter.push(bytes);
    } catch (error) {
      throw error instanceof CutterLimit ? hostile(file, `it has ${error.message}`) : error;
    }
  }
}

/** Some editors put a mark before UTF-8; PowerShell 5 redirects into UTF-16, which no JSON is in. */
function markLength(bytes: Buffer, file: string): number {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 3;
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (!isWide) return 0;
  throw new PilotError('INPUT_INVALID', `${file} is in UTF-16`, {
    hint: 'Let the scanner write the file itself (trivy --output, grype --file) instead of redirecting its output.',
  });
}

function parse(text: string, file: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PilotError('INPUT_INVALID', `the report ${file} ${what}`, {
      cause,
      hint: 'Look whether the scanner has failed, or was stopped before it had written all of it.',
    });
  }
}

function hostile(file: string, what: string): PilotError {
  return new PilotError('CONTENT_HOSTILE', `the report ${file} is not read: ${what}`, {
    hint: 'Give the report of one image, as its scanner writes it.',
  });
}
