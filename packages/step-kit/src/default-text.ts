import type { InputDeclaration } from './input-declaration.ts';

/** The default of an input as a user would write it: `linux/amd64,linux/arm64`, `300s`; undefined when there is none. */
export function defaultText({ kind, default: fallback }: InputDeclaration): string | undefined {
  if (fallback === undefined) return undefined;
  const text = Array.isArray(fallback) ? fallback.join(',') : String(fallback);
  if (text === '') return undefined;
  return kind === 'duration' ? `${text}s` : text;
}
