import { asArray, asNumber, asObject } from '@harbor-pilot/core';
import type { Api } from './api.ts';
import { filled } from './parsing.ts';

/** What Harbor says about itself; less to those who did not sign in. */
export interface SystemInformation {
  /** `v2.15.2-080b0220` */
  readonly version?: string;
  /** Whether nothing can be written. */
  readonly isReadOnly?: boolean;
}

/** A part of Harbor, as `jobservice`, that says it is not healthy. */
export interface UnhealthyComponent {
  readonly name: string;
  readonly reason?: string;
}

/** Where Harbor keeps its content. */
export interface Volume {
  readonly totalBytes: number;
  readonly freeBytes: number;
}

/** What is known of the server as a whole. */
export interface SystemReads {
  systemInformation(): Promise<SystemInformation>;
  /** Empty when all is well. Scanners are no components. */
  unhealthyComponents(): Promise<readonly UnhealthyComponent[]>;
  /** AUTH_DENIED for all but administrators of the system. */
  volumes(): Promise<readonly Volume[]>;
}

/** Reads what is known of the server as a whole. */
export function systemReads(api: Api): SystemReads {
  const read = async (path: string, what: string, permission?: string) => {
    const need = permission === undefined ? {} : { permission };
    const response = await api.call({ method: 'GET', path, what, expect: [200], ...need });
    return asObject(await response.json());
  };
  return {
    systemInformation: async () => {
      const information = await read('/systeminfo', 'read what Harbor says about itself');
      const version = filled(information?.harbor_version);
      const isReadOnly = information?.read_only;
      return {
        ...(version === undefined ? {} : { version }),
        ...(typeof isReadOnly === 'boolean' ? { isReadOnly } : {}),
      };
    },
    unhealthyComponents: async () => {
      const health = await read('/health', 'read the health');
      return asArray(health?.components).flatMap(parseUnhealthy);
    },
    volumes: async () => {
      const information = await read('/systeminfo/volumes', 'read the storage', 'system-volumes: read');
      return asArray(information?.storage).flatMap(parseVolume);
    },
  };
}

function parseUnhealthy(value: unknown): UnhealthyComponent[] {
  const component = asObject(value);
  if (component === undefined || component.status === 'healthy') return [];
  const reason = filled(component.error);
  return [{ name: filled(component.name) ?? 'a part without a name', ...(reason === undefined ? {} : { reason }) }];
}

function parseVolume(value: unknown): Volume[] {
  const volume = asObject(value);
  const [totalBytes, freeBytes] = [asNumber(volume?.total), asNumber(volume?.free)];
  // Storage in a cloud has no size.
  return !totalBytes || freeBytes === undefined ? [] : [{ totalBytes, freeBytes }];
}
