import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../kinds/objects.ts';
import { expired, statusOf } from '../store/api-error.ts';
import type { Change, Store } from '../store/store.ts';
import { typeOf } from './discovery.ts';
import { type Filter, filterOf, tooLarge } from './list.ts';
import type { Target } from './target.ts';

const bookmarkMilliseconds = 5000;
const defaultTimeoutSeconds = 1800;

/** Renders the object of an event, as itself or as a row of a table. */
export type Render = (object: KubeObject) => object;

/** Streams the changes that a request asks for until its time is over or the client goes. @returns what ends it. */
export function watchObjects(
  store: Store,
  target: Target,
  query: URLSearchParams,
  response: ServerResponse,
  render: Render,
): () => void {
  const filter = filterOf(target, query);
  const asked = Number(query.get('resourceVersion') || 0);
  const send = (type: string, object: object): void => {
    response.write(`${JSON.stringify({ type, object })}\n`);
  };
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  // Without a body yet, the client must still learn that the watch has begun.
  response.flushHeaders();
  const wish = query.get('sendInitialEvents');
  const beginsWithState = wish === 'true' || (asked === 0 && wish !== 'false');
  const missed = asked === 0 || beginsWithState ? [] : store.changesSince(asked);
  if (missed === undefined || asked > store.revision) {
    const error = missed === undefined ? expired(asked, store.oldestRevision) : tooLarge(asked, store.revision);
    send('ERROR', statusOf(error));
    response.end();
    return () => undefined;
  }
  const bookmark = (annotations?: Record<string, string>): void => {
    const metadata = { resourceVersion: String(store.revision), creationTimestamp: null };
    send('BOOKMARK', { ...typeOf(target.resource), metadata: annotations ? { ...metadata, annotations } : metadata });
  };
  if (beginsWithState) {
    for (const object of store.list(target.resource, target.namespace).filter(filter)) send('ADDED', render(object));
    if (wish === 'true') bookmark({ 'k8s.io/initial-events-end': 'true' });
  }
  const follow = (change: Change): void => {
    if (change.resource !== target.resource) return;
    const type = visibleType(change, filter);
    if (type !== undefined) send(type, render(change.object));
  };
  missed.forEach(follow);
  const wantsBookmarks = query.get('allowWatchBookmarks') === 'true';
  return keepOpen(store, response, follow, wantsBookmarks ? bookmark : undefined, timeoutOf(query));
}

function timeoutOf(query: URLSearchParams): number {
  return Number(query.get('timeoutSeconds') || defaultTimeoutSeconds) * 1000;
}

/** A change as a watcher with a filter sees it: an object that no longer matches is deleted for it. */
function visibleType(change: Change, filter: Filter): Change['type'] | undefined {
  const isVisible = filter(change.object);
  const wasVisible = change.previous === undefined ? false : filter(change.previous);
  if (change.type === 'DELETED') return wasVisible || isVisible ? 'DELETED' : undefined;
  if (isVisible) return wasVisible ? 'MODIFIED' : 'ADDED';
  return wasVisible ? 'DELETED' : undefined;
}

function keepOpen(
  store: Store,
  response: ServerResponse,
  follow: (change: Change) => void,
  bookmark: (() => void) | undefined,
  timeoutMilliseconds: number,
): () => void {
  const unsubscribe = store.subscribe(follow);
  const bookmarks = bookmark === undefined ? undefined : setInterval(bookmark, bookmarkMilliseconds);
  const stop = (): void => {
    unsubscribe();
    clearInterval(bookmarks);
    clearTimeout(end);
  };
  const end = setTimeout(() => {
    bookmark?.();
    stop();
    response.end();
  }, timeoutMilliseconds);
  response.on('close', stop);
  return stop;
}
