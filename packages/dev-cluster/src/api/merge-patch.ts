import { asObject, asString } from '@harbor-pilot/core';

type Fields = Readonly<Record<string, unknown>>;

/** Applies a JSON merge patch (RFC 7386): null deletes a field, a list replaces a list. */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  const changes = asObject(patch);
  if (changes === undefined) return patch;
  return mergeFields(asObject(document) ?? {}, changes, applyMergePatch);
}

function mergeFields(
  target: Fields,
  changes: Fields,
  merge: (old: unknown, change: unknown, field: string) => unknown,
): Fields {
  const result = new Map(Object.entries(target));
  for (const [field, change] of Object.entries(changes)) {
    const merged = change === null ? undefined : merge(result.get(field), change, field);
    if (merged === undefined) result.delete(field);
    else result.set(field, merged);
  }
  return Object.fromEntries(result);
}

/** By which field the items of a list are told apart (Kubernetes API 1.34, `patchMergeKey` of the types). */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  imagePullSecrets: ['name'],
  secrets: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  ports: ['containerPort', 'port'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey'],
  conditions: ['type'],
  ownerReferences: ['uid'],
};

/** Lists of plain values that are joined instead of replaced. */
const joinedLists = new Set(['finalizers']);

/** Applies a strategic merge patch: like a merge patch, but the items of known lists are merged by their key. */
export function applyStrategicPatch(document: unknown, patch: unknown): unknown {
  const changes = asObject(patch);
  if (changes === undefined) return patch;
  if (changes.$patch === 'replace') return withoutDirectives(changes);
  if (changes.$patch === 'delete') return undefined;
  const merged = mergeFields(asObject(document) ?? {}, withoutDirectives(changes), (old, change, field) => {
    if (!Array.isArray(change)) return applyStrategicPatch(old, change);
    const order = changes[`$setElementOrder/${field}`];
    return mergeLists(Array.isArray(old) ? old : [], change, field, Array.isArray(order) ? order : change);
  });
  return applyDirectives(merged, changes);
}

function withoutDirectives(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => !field.startsWith('$')));
}

/** `$retainKeys` and `$deleteFromPrimitiveList/F`. */
function applyDirectives(merged: Fields, changes: Fields): Fields {
  const result = new Map(Object.entries(merged));
  const retained = changes.$retainKeys;
  if (Array.isArray(retained)) for (const field of result.keys()) if (!retained.includes(field)) result.delete(field);
  for (const [directive, values] of Object.entries(changes)) {
    const field = /^\$deleteFromPrimitiveList\/(.+)$/.exec(directive)?.[1];
    const list = field === undefined ? undefined : result.get(field);
    if (field === undefined || !Array.isArray(list) || !Array.isArray(values)) continue;
    result.set(
      field,
      list.filter((item) => !values.includes(item)),
    );
  }
  return Object.fromEntries(result);
}

function mergeLists(
  old: readonly unknown[],
  changes: readonly unknown[],
  field: string,
  order: readonly unknown[],
): unknown[] {
  if (joinedLists.has(field)) return [...new Set([...old, ...changes])];
  const key = mergeKeys[field]?.find((candidate) => changes.some((item) => asObject(item)?.[candidate] !== undefined));
  if (key === undefined || changes.some((item) => asObject(item)?.$patch === 'replace')) {
    return changes.filter((item) => asString(asObject(item)?.$patch) === undefined);
  }
  const keyOf = (item: unknown): unknown => asObject(item)?.[key];
  const result = [...old];
  for (const change of changes) {
    const index = result.findIndex((item) => keyOf(item) === keyOf(change));
    const isDeletion = asObject(change)?.$patch === 'delete';
    if (isDeletion && index >= 0) result.splice(index, 1);
    else if (!isDeletion && index >= 0) result[index] = applyStrategicPatch(result[index], change);
    else if (!isDeletion) result.push(applyStrategicPatch({}, change));
  }
  return inOrder(result, order.map(keyOf), old.map(keyOf), keyOf);
}

/** Items that the patch names are in its order; each other one stays before those that came after it. */
function inOrder(
  items: readonly unknown[],
  order: readonly unknown[],
  oldOrder: readonly unknown[],
  keyOf: (item: unknown) => unknown,
): unknown[] {
  const isNamed = (item: unknown): boolean => order.includes(keyOf(item));
  const result = items.filter(isNamed).sort((a, b) => order.indexOf(keyOf(a)) - order.indexOf(keyOf(b)));
  let from = 0;
  for (const item of items.filter((each) => !isNamed(each))) {
    const place = oldOrder.indexOf(keyOf(item));
    const next = result.findIndex((each, index) => index >= from && oldOrder.indexOf(keyOf(each)) > place);
    const index = next < 0 ? result.length : next;
    result.splice(index, 0, item);
    from = index + 1;
  }
  return result;
}
