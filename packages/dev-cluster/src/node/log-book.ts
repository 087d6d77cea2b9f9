import type { ContainerLogs } from '../api/logs.ts';

const maxLines = 1000;

/** The lines of all containers, run by run. */
export interface LogBook extends ContainerLogs {
  /** A container of a pod begins a new run. */
  begin(podUid: string, container: string): void;
  write(podUid: string, container: string, line: string): void;
  /** Forgets a pod that has gone. */
  forget(podUid: string): void;
}

/** Makes an empty log book. It keeps the present run of a container and the one before. */
export function createLogBook(): LogBook {
  const pods = new Map<string, Map<string, { current: string[]; previous?: string[] }>>();
  return {
    read: (podUid, container, isPrevious) => {
      const runs = pods.get(podUid)?.get(container);
      return isPrevious ? runs?.previous : runs?.current;
    },
    begin: (podUid, container) => {
      const containers = pods.get(podUid) ?? new Map<string, { current: string[]; previous?: string[] }>();
      pods.set(podUid, containers);
      const old = containers.get(container);
      containers.set(container, { current: [], ...(old === undefined ? {} : { previous: old.current }) });
    },
    write: (podUid, container, line) => {
      const lines = pods.get(podUid)?.get(container)?.current;
      lines?.push(line);
      if (lines !== undefined && lines.length > maxLines) lines.shift();
    },
    forget: (podUid) => {
      pods.delete(podUid);
    },
  };
}
