import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DevHarborControl, type HarborVersion, startDevHarbor } from '@harbor-pilot/dev-harbor';
import { createHarbor, type Harbor } from '@harbor-pilot/harbor';
import { basicAuthorization, createHttp, type Http } from '@harbor-pilot/http';
import { type Credentials, createRegistry, type Registry } from '@harbor-pilot/registry';

/** A Harbor for the time of a suite: the embedded one, or the one that HARBOR_PILOT_TEST_URL names. */
export interface HarborUnderTest {
  readonly host: string;
  /** PEM; undefined for a real one with a public certificate. */
  readonly caCertificate: string | undefined;
  readonly http: Http;
  readonly administrator: Credentials;
  /** Of the embedded one only. */
  readonly control: DevHarborControl | undefined;
  /** Calls the API as the administrator; fails unless it is done. */
  call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, json?: unknown): Promise<unknown>;
  harbor(credentials?: Credentials): Harbor;
  registry(credentials?: Credentials): Registry;
  close(): Promise<void>;
}

interface Place {
  readonly host: string;
  readonly caCertificate: string | undefined;
  readonly administrator: Credentials;
  readonly control?: DevHarborControl;
  close(): Promise<void>;
}

/**
 * Finds or starts the Harbor. HARBOR_PILOT_TEST_CA is PEM text or the path of a file with it.
 * @param version the embedded one behaves like, even where there is a real one.
 */
export async function harborUnderTest(version?: HarborVersion): Promise<HarborUnderTest> {
  const place =
    version === undefined ? ((await realHarbor()) ?? (await embeddedHarbor())) : await embeddedHarbor(version);
  const { host, administrator, caCertificate, control } = place;
  const http = createHttp(caCertificate === undefined ? {} : { trust: { [host]: { caCertificate } } });
  return {
    host,
    caCertificate,
    http,
    administrator,
    control,
    call: async (method, path, json) => {
      const headers = { authorization: basicAuthorization(administrator), 'content-type': 'application/json' };
      const body = json === undefined ? undefined : JSON.stringify(json);
      const answer = await http.request({ method, url: `https://${host}/api/v2.0${path}`, headers, body });
      const text = await answer.text();
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    },
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

async function embeddedHarbor(harborVersion?: HarborVersion): Promise<Place> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'harbor-under-test-'));
  const { host, caCertificate, username, password, control, close } = await startDevHarbor({
    dataDirectory,
    ...(harborVersion === undefined ? {} : { harborVersion }),
  });
  return {
    host,
    caCertificate,
    administrator: { username, password },
    control,
    close: async () => {
      await close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
