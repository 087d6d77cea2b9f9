/** A signal that is aborted with either of two, each of which may be missing. */
export function eitherSignal<Other extends AbortSignal | undefined>(
  one: AbortSignal | undefined,
  other: Other,
): AbortSignal | Other {
  return one === undefined || other === undefined ? (one ?? other) : AbortSignal.any([one, other]);
}
