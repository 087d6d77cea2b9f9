import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDevHarbor } from '@harbor-pilot/dev-harbor';
import { createHarbor, type Harbor } from '@harbor-pilot/harbor';
import { createHttp, type Http } from '@harbor-pilot/http';
import { type Credentials, createRegistry, type Registry } from '@harbor-pilot/registry';

/** A Harbor for the time of a suite: the embedded one, or the one that HARBOR_PILOT_TEST_URL names. */
export interface HarborUnderTest {
  readonly host: string;
  readonly http: Http;
  readonly administrator: Credentials;
  harbor(credentials?: Credentials): Harbor;
  registry(credentials?: Credentials): Registry;
  close(): Promise<void>;
}

interface Place {
  readonly host: string;
  readonly caCertificate: string | undefined;
  readonly administrator: Credentials;
  close(): Promise<void>;
}

/** Finds or starts the Harbor. HARBOR_PILOT_TEST_CA is PEM text or the path of a file with it. */
export async function harborUnderTest(): Promise<HarborUnderTest> {
  const place = (await realHarbor()) ?? (await embeddedHarbor());
  const { host, administrator, caCertificate } = place;
  const http = createHttp(caCertificate === undefined ? {} : { trust: { [host]: { caCertificate } } });
  return {
    host,
    http,
    administrator,
    harbor: (credentials = administrator) => createHarbor({ http, host, credentials }),
    registry: (credentials = administrator) => createRegistry({ http, host, credentials }),
    close: async () => {
      http.close();
      await place.close();
    },
  };
}

async function realHarbor(): Promise<Place | undefined> {
  const { HARBOR_PILOT_TEST_URL: url, HARBOR_PILOT_TEST_CA: ca } = process.env;
  if (url === undefined || url === '') return undefined;
  const caCertificate = ca === undefined || ca.includes('BEGIN CERTIFICATE') ? ca : await readFile(ca, 'utf8');
  const { HARBOR_PILOT_TEST_USERNAME: username = 'admin', HARBOR_PILOT_TEST_PASSWORD: password = '' } = process.env;
  return {
    host: new URL(url).host,
    caCertificate,
    administrator: { username, password },
    close: async () => undefined,
  };
}

async function embeddedHarbor(): Promise<Place> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'harbor-under-test-'));
  const { host, caCertificate, username, password, close } = await startDevHarbor({ dataDirectory });
  return {
    host,
    caCertificate,
    administrator: { username, password },
    close: async () => {
      await close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
