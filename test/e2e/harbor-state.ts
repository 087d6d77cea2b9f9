import { createHttp } from '@harbor-pilot/http';
import type { Digest } from '@harbor-pilot/oci';
import { createRegistry } from '@harbor-pilot/registry';
import type { World } from './world.ts';

/** The digest that a tag of shop/hello has in the Harbor of a world. */
export async function digestOfTag({ stage }: World, tag: string): Promise<Digest | undefined> {
  const { registry: host, username, password, caCertificate } = stage;
  const http = createHttp({ trust: { [host]: { ...(caCertificate === undefined ? {} : { caCertificate }) } } });
  try {
    const registry = createRegistry({ http, host, credentials: { username, password } });
    return (await registry.find('shop/hello', tag))?.digest;
  } finally {
    http.close();
  }
}
