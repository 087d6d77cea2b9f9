import { setTimeout as pause } from 'node:timers/promises';
import type { ScannerState, ScriptedScan } from '@harbor-pilot/dev-harbor';
import { startScannerAdapter } from '../../dev-harbor/src/scanner/index.ts';
import type { HarborUnderTest } from '../../harbor/test/harbor-under-test.ts';

/** A scanner that does as it is told, at work for a Harbor. */
export interface TestScanner {
  tell(scan: ScriptedScan): void;
  /** It looks into the images again, and is well. */
  reset(): Promise<void>;
  /** Resolves when Harbor has noticed, which takes a real one half a minute. */
  become(state: ScannerState): Promise<void>;
  close(): Promise<void>;
}

/** Whether a real Harbor can reach the scanner, which listens on the loopback interface. */
export function isOnThisMachine(host: string): boolean {
  return ['127.0.0.1', 'localhost'].includes(host.replace(/:\d+$/, ''));
}

/** The scanner of the embedded Harbor; for a real one on this machine the same, as its default one for the time of a suite. */
export async function testScannerOf(running: HarborUnderTest): Promise<TestScanner | undefined> {
  const { control, host } = running;
  if (control === undefined) return isOnThisMachine(host) ? scannerOfReal(running) : undefined;
  return {
    tell: (scan) => control.scriptScan(scan),
    reset: async () => {
      control.forgetScripts();
      control.setScanner('healthy');
    },
    become: async (state) => control.setScanner(state),
    close: async () => undefined,
  };
}

const noticeMilliseconds = 90_000;

async function scannerOfReal({ call, caCertificate = '' }: HarborUnderTest): Promise<TestScanner> {
  const adapter = await startScannerAdapter({ caCertificate });
  const registrations = async (): Promise<readonly Registration[]> =>
    (await call('GET', '/scanners?page_size=100')) as readonly Registration[];
  const own = async (): Promise<Registration | undefined> =>
    (await registrations()).find(({ url }) => url === adapter.url);
  const makeDefault = ({ uuid }: Registration) => call('PATCH', `/scanners/${uuid}`, { is_default: true });
  const register = async (): Promise<void> => {
    if ((await own()) !== undefined) return;
    // Harbor makes the name of an account of it, which may have no colon.
    await call('POST', '/scanners', { name: `Test on port ${new URL(adapter.url).port}`, url: adapter.url, auth: '' });
    const registered = await own();
    if (registered !== undefined) await makeDefault(registered);
  };
  const remove = async (): Promise<void> => {
    const registered = await own();
    if (registered !== undefined) await call('DELETE', `/scanners/${registered.uuid}`);
  };
  const notice = async (state: ScannerState): Promise<void> => {
    const deadline = Date.now() + noticeMilliseconds;
    for (;;) {
      const seen = (await call('GET', '/projects/1/scanner')) as { readonly health?: string } | undefined;
      if ((seen?.health ?? 'absent') === state) return;
      if (Date.now() > deadline) throw new Error(`Harbor has not noticed that the scanner is ${state}`);
      await pause(1000);
    }
  };
  const become = async (state: ScannerState): Promise<void> => {
    adapter.script.isUnhealthy = state === 'unhealthy';
    await (state === 'absent' ? remove() : register());
    await notice(state);
  };
  const before = (await registrations()).find(({ is_default }) => is_default);
  await become('healthy');
  return {
    tell: (scan) => adapter.script.set(scan),
    reset: async () => {
      adapter.script.clear();
      await become('healthy');
    },
    become,
    close: async () => {
      await remove();
      if (before !== undefined) await makeDefault(before);
      await adapter.close();
    },
  };
}

interface Registration {
  readonly uuid: string;
  readonly url: string;
  readonly is_default: boolean;
}
