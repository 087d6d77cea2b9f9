import { type ExamineOptions, examineImage, examineSignatures, type ProvedSignature } from '../src/index.ts';

/**
 * The signatures of a digest that count: at least one.
 * @throws Error that names why the others do not, `unsigned` when there are none; what Harbor withholds.
 */
export async function verified(options: ExamineOptions): Promise<readonly ProvedSignature[]> {
  const { proved, refused, withheld } = await examineSignatures(options);
  if (proved.length > 0) return proved;
  throw withheld ?? new Error(refused.length === 0 ? 'unsigned' : refused.map(({ failure }) => failure).join(', '));
}

/** How many signatures count of an image and of each child of an index, by digest. */
export async function countVerified(options: ExamineOptions): Promise<Readonly<Record<string, number>>> {
  const { parts } = await examineImage(options);
  return Object.fromEntries(parts.map(({ digest, proved }) => [digest, proved.length]));
}
