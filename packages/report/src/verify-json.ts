import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder, partOf, unwritable } from '@harbor-pilot/core';
import type { VerifiedImage, VerifyReport } from '@harbor-pilot/step-kit';
import { createHarmless } from './formats/harmless.ts';
import { jsonFields } from './formats/json-list.ts';
import { plain } from './plain.ts';

/** A report but for its images. */
export type VerifyReportHead = Omit<VerifyReport, 'images'>;

/** Where the images of a report are written, one by one, so that memory does not grow with their number. */
export interface VerifyJsonFile {
  add(image: VerifiedImage): Promise<void>;
  /** Writes the rest; only then the file is there under its name. */
  finish(head: VerifyReportHead): Promise<void>;
  /** Gives the file up; after {@link finish} it does nothing. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Begins a report as JSON, by `verify-report.schema.json` of this package.
 * @throws PilotError FILE_UNWRITABLE; so do its methods.
 */
export async function openVerifyJson(path: string): Promise<VerifyJsonFile> {
  const temporary = partOf(path);
  await makeFolder(dirname(path));
  const file = await open(temporary, 'w').catch(unwritable(path));
  let count = 0;
  let isDone = false;
  const write = (text: string): Promise<void> => file.writeFile(text).catch(unwritable(path));
  return {
    add: (image) => {
      const lead = count++ === 0 ? '{"images":[\n' : ',\n';
      return write(`${lead}${JSON.stringify(harmlessImage(image))}`);
    },
    finish: async (head) => {
      await write(`${count === 0 ? '{"images":[]' : '\n]'},\n${jsonFields(createHarmless()(head))}}\n`);
      await file.close();
      isDone = true;
      await rename(temporary, path).catch(unwritable(path));
    },
    [Symbol.asyncDispose]: async () => {
      if (isDone) return;
      await file.close();
      await rm(temporary, { force: true });
    },
  };
}

/** Without what a terminal or an editor would obey, also in the names of annotations. */
function harmlessImage({ digests, ...image }: VerifiedImage): VerifiedImage {
  const named = digests.map((one) => ({
    ...one,
    signatures: one.signatures.map((signature) => ({
      ...signature,
      annotations: Object.fromEntries(Object.entries(signature.annotations).map(([name, text]) => [plain(name), text])),
    })),
  }));
  return createHarmless()({ ...image, digests: named });
}
