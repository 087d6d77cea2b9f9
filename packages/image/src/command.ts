import type { Heredoc, SourceLine } from './dockerfile.ts';
import type { Pair } from './words.ts';

/** CMD or ENTRYPOINT: a list of words (exec form) or a line for the shell. */
export type CommandLine = { readonly words: readonly string[] } | { readonly line: string };

/** COPY, or ADD of local files. Nothing in it is expanded yet. */
export interface CopyCommand {
  readonly kind: 'copy';
  readonly keyword: string;
  readonly sources: readonly string[];
  readonly destination: string;
  readonly heredocs: readonly Heredoc[];
  /** Stage name, stage index or image reference. */
  readonly from?: string;
  readonly chown?: string;
  readonly chmod?: string;
  /** Whether the destination is seen without the layers below. */
  readonly link: boolean;
  /** Whether tar archives are unpacked (ADD). */
  readonly unpack: boolean;
}

/** Health check as it stands in an image's config; times in nanoseconds (Docker image spec 1.3). */
export interface Healthcheck {
  readonly Test: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

// One member per kind, so that a switch over the kind can be checked for completeness.
type Each<Kind extends string, Fields> = Kind extends string ? { readonly kind: Kind } & Readonly<Fields> : never;

/** What an instruction does. Values are as written; they are expanded when the stage is evaluated. */
export type Action =
  | CopyCommand
  | { readonly kind: 'run' }
  | { readonly kind: 'arg'; readonly entries: readonly { readonly name: string; readonly value?: string }[] }
  | { readonly kind: 'healthcheck'; readonly check: Healthcheck }
  | Each<'env' | 'label', { pairs: readonly Pair[] }>
  | Each<'workdir' | 'user' | 'stopsignal' | 'maintainer' | 'onbuild', { value: string }>
  | Each<'expose' | 'volume' | 'shell', { words: readonly string[] }>
  | Each<'entrypoint' | 'cmd', { command: CommandLine }>;

/** An action with its place and its text, which the history of the image shows. */
export interface Command {
  readonly action: Action;
  readonly at: SourceLine;
  readonly escapeWith: string;
  readonly text: string;
}
