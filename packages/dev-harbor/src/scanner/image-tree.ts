/** One entry of an image that matters to the scanner. */
export type ImageEntry =
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'notice'; readonly what: string; readonly database: boolean };

/**
 * The entries of an image after all its layers (OCI image spec 1.1.1, layer.md, "Whiteouts"). Paths have no leading slash.
 * Only entries that matter are in the tree, but everything that a layer does to them is applied.
 */
export interface ImageTree {
  /** The entries added from now on belong to the next layer. */
  nextLayer(): void;
  /** A layer has something at this path: what was there before is replaced. */
  put(path: string, type: 'directory' | 'other', entry?: ImageEntry): void;
  /** A whiteout: removes what lower layers have at this path and below. */
  remove(path: string): void;
  /** An opaque whiteout: removes what lower layers have below this path. */
  clear(path: string): void;
  get(path: string): ImageEntry | undefined;
  /** All entries with their paths. */
  list(): Iterable<readonly [path: string, entry: ImageEntry]>;
}

interface Node {
  readonly children: Map<string, Node>;
  held?: { readonly layer: number; readonly entry: ImageEntry } | undefined;
}

const segments = (path: string): string[] => (path === '' ? [] : path.split('/'));

/** An image without layers. */
export function createImageTree(): ImageTree {
  const root: Node = { children: new Map() };
  let layer = 0;
  const find = (path: string): Node | undefined =>
    segments(path).reduce<Node | undefined>((node, name) => node?.children.get(name), root);
  const clear = (path: string): void => {
    const node = find(path);
    if (node !== undefined) removeLowerChildren(node, layer);
  };
  return {
    nextLayer() {
      layer += 1;
    },
    put(path, type, entry) {
      const known = find(path);
      if (known !== undefined) {
        known.held = undefined;
        if (type === 'other') removeLowerChildren(known, layer);
      }
      if (entry !== undefined) grow(root, path).held = { layer, entry };
    },
    remove(path) {
      const node = find(path);
      if (node === undefined) return;
      if (node.held !== undefined && node.held.layer < layer) node.held = undefined;
      removeLowerChildren(node, layer);
    },
    clear,
    get: (path) => find(path)?.held?.entry,
    list: () => walk(root, ''),
  };
}

function grow(root: Node, path: string): Node {
  let node = root;
  for (const name of segments(path)) {
    const child = node.children.get(name) ?? { children: new Map() };
    node.children.set(name, child);
    node = child;
  }
  return node;
}

function removeLowerChildren(node: Node, layer: number): void {
  for (const [name, child] of node.children) {
    if (child.held !== undefined && child.held.layer < layer) child.held = undefined;
    removeLowerChildren(child, layer);
    if (child.held === undefined && child.children.size === 0) node.children.delete(name);
  }
}

function* walk(node: Node, path: string): Generator<readonly [string, ImageEntry]> {
  if (node.held !== undefined) yield [path, node.held.entry];
  for (const [name, child] of node.children) yield* walk(child, path === '' ? name : `${path}/${name}`);
}
