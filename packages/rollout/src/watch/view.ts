import {
  type ClusterClient,
  type KubeObject,
  nameOf,
  type Resource,
  statusOf,
  textAt,
  uidOf,
} from '@harbor-pilot/cluster';
import { type Clock, eitherSignal, PilotError, together } from '@harbor-pilot/core';

/** What is watched: one kind in one namespace. */
export interface Scope {
  readonly resource: Resource;
  readonly namespace: string;
}

/** A picture of some kinds of objects that follows the cluster: one watch each, however many workloads there are. */
export interface View {
  /** The objects of a kind in a namespace, as last heard of. */
  objects(resource: Resource, namespace: string): readonly KubeObject[];
  /** One of them. */
  find(resource: Resource, namespace: string, name: string): KubeObject | undefined;
  /** Waits for the next change, but no longer than so many milliseconds. Throws what ended a watch for good. */
  changed(milliseconds: number): Promise<void>;
  /** Ends all watches. */
  stop(): void;
}

const shortestPauseMilliseconds = 200;
const longestPauseMilliseconds = 5000;

/**
 * Lists everything once and then follows it: goes on from the last resource version when a watch ends or breaks, and lists
 * again when the cluster no longer knows that version (410).
 * @throws PilotError CLUSTER_UNREACHABLE, CLUSTER_AUTH when the first lists fail
 */
export async function openView(
  client: ClusterClient,
  scopes: readonly Scope[],
  clock: Clock,
  signal?: AbortSignal,
): Promise<View> {
  const stopped = new AbortController();
  const ended = eitherSignal(signal, stopped.signal);
  const bell = createBell(clock, ended);
  const feeds = new Map(scopes.map((scope) => [keyOf(scope.resource, scope.namespace), createFeed(client, scope)]));
  await together(
    [...feeds.values()].map((feed) => (either) => feed.list(either)),
    ended,
  );
  for (const feed of feeds.values()) void follow(feed, clock, ended, bell);
  const objects: View['objects'] = (resource, namespace) => feeds.get(keyOf(resource, namespace))?.objects() ?? [];
  return {
    objects,
    find: (resource, namespace, name) => objects(resource, namespace).find((object) => nameOf(object) === name),
    changed: (milliseconds) => bell.wait(milliseconds),
    stop: () => stopped.abort(),
  };
}

function keyOf(resource: Resource, namespace: string): string {
  return `${namespace}/${resource.plural}`;
}

interface Feed {
  objects(): readonly KubeObject[];
  list(signal: AbortSignal): Promise<void>;
  /** Follows one watch until it ends. */
  watch(signal: AbortSignal, onChange: () => void): Promise<void>;
}

function createFeed(client: ClusterClient, { resource, namespace }: Scope): Feed {
  const objects = new Map<string, KubeObject>();
  let version = '';
  return {
    objects: () => [...objects.values()],
    list: async (signal) => {
      const listed = await client.list(resource, namespace, signal);
      objects.clear();
      for (const item of listed.items) objects.set(uidOf(item), item);
      version = listed.resourceVersion;
    },
    watch: async (signal, onChange) => {
      for await (const { type, object } of client.watch(resource, namespace, version, signal)) {
        version = textAt(object, 'metadata', 'resourceVersion') || version;
        if (type === 'BOOKMARK') continue;
        if (type === 'DELETED') objects.delete(uidOf(object));
        else objects.set(uidOf(object), object);
        onChange();
      }
    },
  };
}

async function follow(feed: Feed, clock: Clock, signal: AbortSignal, bell: Bell): Promise<void> {
  let pauseMilliseconds = shortestPauseMilliseconds;
  let stale = false;
  while (!signal.aborted) {
    try {
      if (stale) {
        await feed.list(signal);
        stale = false;
        bell.ring();
      }
      await feed.watch(signal, () => {
        pauseMilliseconds = shortestPauseMilliseconds;
        bell.ring();
      });
    } catch (error) {
      if (signal.aborted) return;
      if (statusOf(error) === 410) stale = true;
      else if (!mayHeal(error)) return bell.fail(error);
    }
    await clock.sleep(pauseMilliseconds, signal).catch(() => undefined);
    pauseMilliseconds = Math.min(pauseMilliseconds * 2, longestPauseMilliseconds);
  }
}

function mayHeal(error: unknown): boolean {
  return error instanceof PilotError && error.code === 'CLUSTER_UNREACHABLE';
}

interface Bell {
  ring(): void;
  fail(error: unknown): void;
  wait(milliseconds: number): Promise<void>;
}

/** Wakes the one who waits; a ring that nobody waited for is kept for the next wait. */
function createBell(clock: Clock, ended: AbortSignal): Bell {
  let rung = false;
  let failure: { readonly error: unknown } | undefined;
  let wake: (() => void) | undefined;
  const ring = (): void => {
    rung = true;
    wake?.();
  };
  return {
    ring,
    fail: (error) => {
      failure ??= { error };
      ring();
    },
    wait: async (milliseconds) => {
      if (!rung) {
        const timer = new AbortController();
        const rings = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const sleeps = clock.sleep(milliseconds, AbortSignal.any([timer.signal, ended])).catch(() => undefined);
        await Promise.race([rings, sleeps]);
        wake = undefined;
        timer.abort();
      }
      rung = false;
      ended.throwIfAborted();
      if (failure !== undefined) throw failure.error;
    },
  };
}
