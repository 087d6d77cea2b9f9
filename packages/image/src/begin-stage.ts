import { type Platform, parsePlatform } from '@harbor-pilot/oci';
import type { BaseImage, BaseImages } from './base-image.ts';
import type { BaseLayers } from './base-layers.ts';
import { invalidAt } from './dockerfile.ts';
import { expand } from './expand.ts';
import { scratchRuntime } from './image-config.ts';
import type { StageState } from './stage-state.ts';
import { baseStage, type Dockerfile, type Stage } from './stages.ts';
import { cloneTree, type DirectoryNode, emptyDirectory } from './tree.ts';

/** What the beginning of a stage needs. */
export interface StageBeginning {
  readonly dockerfile: Dockerfile;
  readonly stage: Stage;
  /** What stands behind FROM, expanded. */
  readonly base: string;
  readonly globals: ReadonlyMap<string, string>;
  readonly target: Platform;
  readonly images: BaseImages;
  readonly layers: BaseLayers;
  evaluate(stage: Stage): Promise<StageState>;
}

/**
 * The state of a stage right behind its FROM.
 * @throws PilotError DOCKERFILE_INVALID, and what {@link BaseImages} throws.
 */
export async function beginStage(beginning: StageBeginning): Promise<StageState> {
  const { dockerfile, stage, base } = beginning;
  const platform = stagePlatform(beginning);
  const parent = baseStage(dockerfile, stage, base);
  if (parent !== undefined) return fromStage(await beginning.evaluate(parent));
  if (base === 'scratch') {
    return fresh({ platform, runtime: scratchRuntime, author: undefined, layers: [], history: [] }, async () =>
      emptyDirectory(),
    );
  }
  const image = await beginning.images.find(base, platform, stage.at);
  return fromImage(image, platform, () => beginning.layers.treeOf(image));
}

function stagePlatform({ stage, globals, target }: StageBeginning): Platform {
  if (stage.platform === undefined) return target;
  const text = expand(stage.platform, { variables: globals, escapeWith: stage.escapeWith, at: stage.at });
  try {
    return parsePlatform(text);
  } catch (cause) {
    throw invalidAt(stage.at, `--platform=${text} is not a platform`, 'Write linux/amd64 or $BUILDPLATFORM.', cause);
  }
}

function fromStage(parent: StageState): StageState {
  const { platform, runtime, author, layers, history } = parent;
  return fresh(
    { platform, runtime, author, layers: [...layers], history: [...history] },
    async () => cloneTree(await parent.tree()),
    parent.args,
  );
}

function fromImage(image: BaseImage, asked: Platform, treeOf: () => Promise<DirectoryNode>): StageState {
  const { platform, author, runtime, history } = image.config;
  // An index may name a variant that the config leaves out.
  const variant = platform.variant ?? asked.variant;
  return fresh(
    {
      platform: variant === undefined ? platform : { ...platform, variant },
      runtime,
      author,
      layers: image.layers.map((layer) => ({ kind: 'base', layer })),
      history: [...history],
    },
    async () => cloneTree(await treeOf()),
  );
}

function fresh(
  parts: Pick<StageState, 'platform' | 'runtime' | 'author' | 'layers' | 'history'>,
  makeTree: () => Promise<DirectoryNode>,
  args: StageState['args'] = new Map(),
): StageState {
  let tree: Promise<DirectoryNode> | undefined;
  return {
    ...parts,
    args: new Map(args),
    hasCmd: false,
    tree: () => {
      tree ??= makeTree();
      return tree;
    },
  };
}
