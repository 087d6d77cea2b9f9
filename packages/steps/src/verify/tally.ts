import { refusedCount, type VerifyReportHead } from '@harbor-pilot/report';
import type { ReportedSignature, Runtime, SignatureState, VerifiedImage, VerifyReport } from '@harbor-pilot/step-kit';
import type { VerifyTerms } from './terms.ts';

/** Of a project so many images that do not count are kept to be shown; the JSON file has all. */
const keptLimit = 500;

/** What is known of a verification while it goes on; its memory does not grow with the number of images. */
export class Tally {
  readonly #counts: Partial<Record<SignatureState, number>> = {};
  readonly #kept: VerifiedImage[] = [];
  readonly #kinds = new Set<string>();
  #witnesses: readonly string[] | undefined;
  readonly #scope: VerifyReport['scope'];

  /** @param scope of a project only what does not count is kept. */
  constructor(scope: VerifyReport['scope']) {
    this.#scope = scope;
  }

  add(image: VerifiedImage): void {
    this.#counts[image.state] = (this.#counts[image.state] ?? 0) + 1;
    const isShown = this.#scope === 'image' || image.state !== 'signed';
    if (isShown && this.#kept.length < keptLimit) this.#kept.push(image);
    for (const { signatures } of image.digests) for (const signature of signatures) this.#addSignature(signature);
  }

  #addSignature({ signer, verifiedWith }: ReportedSignature): void {
    this.#kinds.add(signer.kind);
    this.#witnesses = this.#witnesses?.filter((one) => verifiedWith.includes(one)) ?? verifiedWith;
  }

  /** The report so far, and the images of it that are shown. */
  report(
    subject: string,
    terms: VerifyTerms,
    warnings: readonly string[],
    startedAt: Date,
    { clock }: Runtime,
  ): { readonly head: VerifyReportHead; readonly images: readonly VerifiedImage[] } {
    const now = clock.now();
    return {
      head: {
        schemaVersion: 1,
        scope: this.#scope,
        subject,
        verdict: refusedCount({ counts: this.#counts }) === 0 ? 'verified' : 'refused',
        verifiedAt: now.toISOString(),
        durationSeconds: (now.getTime() - startedAt.getTime()) / 1000,
        counts: this.#counts,
        verifiedWith: [...this.#kinds, ...(this.#witnesses ?? [])],
        warnings: [...terms.warnings, ...warnings],
        terms: terms.reported,
      },
      images: this.#kept,
    };
  }
}
