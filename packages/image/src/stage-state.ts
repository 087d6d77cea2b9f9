import type { BaseLayer } from './base-image.ts';
import type { HistoryEntry, ImageConfig, RuntimeConfig } from './image-config.ts';
import type { DirectoryNode, TreeNode } from './tree.ts';

/** A layer that is still to be written. */
export interface NewLayer {
  /** Equal keys mean equal layers. */
  readonly key: string;
  readonly entries: ReadonlyMap<string, TreeNode>;
}

/** A layer of a stage: of its base image, or new. */
export type StageLayer =
  | { readonly kind: 'base'; readonly layer: BaseLayer }
  | { readonly kind: 'new'; readonly layer: NewLayer };

/** A stage as its instructions have made it so far. */
export interface StageState {
  readonly platform: ImageConfig['platform'];
  runtime: RuntimeConfig;
  author: string | undefined;
  readonly layers: StageLayer[];
  readonly history: HistoryEntry[];
  /** Values of ARG, in this stage and in those that it is built on, without what a later ENV has set. */
  readonly args: Map<string, string>;
  /** Whether this stage itself has said CMD; if not, ENTRYPOINT takes away the CMD of the base. */
  hasCmd: boolean;
  /** The merged file tree, made when it is first needed, and then changed by each layer. */
  tree(): Promise<DirectoryNode>;
}

/** Variables that instructions of the stage see: of an ENV and an ARG of one name the later one. */
export function variablesOf({ args, runtime }: StageState): Map<string, string> {
  const variables = new Map<string, string>();
  for (const pair of runtime.Env ?? []) {
    const equals = pair.indexOf('=');
    if (equals > 0) variables.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  for (const [name, value] of args) variables.set(name, value);
  return variables;
}

/** An absolute path; a relative one lies below the working folder of the stage. A slash at the end stays. */
export function absolutePath(state: StageState, path: string): string {
  const folder = path === '' || path === '.' || path.endsWith('/.') ? '/' : '';
  return `${path.startsWith('/') ? '' : `${state.runtime.WorkingDir ?? ''}/`}${path}${folder}`;
}
