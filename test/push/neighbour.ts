import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openShop, type Shop } from '../release/shop.ts';

/** Two shops: the first may push to the second, by the Docker configuration in its home. */
export interface Neighbours {
  readonly shop: Shop;
  readonly other: Shop;
  /** `ca-certificate` for both. */
  readonly certificates: string;
  close(): Promise<void>;
}

/** Starts two shops, the first with a second project "production". */
export async function openNeighbours(): Promise<Neighbours> {
  const [shop, other] = await Promise.all([openShop(), openShop()]);
  await shop.api.ensureProject('production');
  const auth = Buffer.from(`${other.harbor.username}:${other.harbor.password}`).toString('base64');
  await mkdir(join(shop.workspace, '.docker'));
  await writeFile(
    join(shop.workspace, '.docker/config.json'),
    JSON.stringify({ auths: { [other.harbor.host]: { auth } } }),
  );
  return {
    shop,
    other,
    certificates: `${shop.harbor.caCertificate}\n${other.harbor.caCertificate}`,
    close: async () => {
      await Promise.all([shop.close(), other.close()]);
    },
  };
}
