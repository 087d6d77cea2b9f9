import { PilotError } from '@harbor-pilot/core';
import type { Http } from '@harbor-pilot/http';
import { hearTogether, type Testimony, type Witness } from '../witness.ts';
import { chooseServices } from './choose-services.ts';
import { rekor1Witness } from './rekor1.ts';
import { rekor2Witness } from './rekor2.ts';
import type { SigningConfig, SigningService } from './signing-config.ts';
import { timestampWitness } from './timestamp-authority.ts';

/**
 * The logs and timestamp authorities that a signing configuration wants to hear. Nothing is asked yet.
 * @throws PilotError TRUST_ROOT_INVALID when it wants more than can be used now.
 */
export function openWitnesses(config: SigningConfig, http: Http, now: Date): readonly Witness[] {
  const { origin, logs, logSelector, timestampAuthorities, timestampSelector } = config;
  const openLog = ({ url, apiVersion }: SigningService): Witness =>
    apiVersion === 1 ? rekor1Witness(http, url) : rekor2Witness(http, url);
  const log = { kind: 'transparency logs', origin, apiVersions: [1, 2], selector: logSelector, now };
  const authority = { kind: 'timestamp authorities', origin, apiVersions: [1], selector: timestampSelector, now };
  const witnesses: Witness[] = [];
  if (logs.length > 0) {
    const { services, count } = chooseServices(logs, log);
    witnesses.push(anyOf(services.map(openLog), count));
  }
  if (timestampAuthorities.length > 0) {
    const { services, count } = chooseServices(timestampAuthorities, authority);
    const open = ({ url }: SigningService): Witness => timestampWitness(http, url);
    witnesses.push(anyOf(services.map(open), count));
  }
  return witnesses;
}

/** So many of several witnesses, in their order; the place of one that cannot be had takes the next that is left. */
function anyOf(witnesses: readonly Witness[], count: number): Witness {
  return {
    testify: (content, signal) => {
      const waiting = [...witnesses];
      const hearOne = async (stop: AbortSignal): Promise<Testimony> => {
        for (;;) {
          try {
            return (await waiting.shift()?.testify(content, stop)) ?? {};
          } catch (error) {
            if (stop.aborted || !isAway(error) || waiting.length === 0) throw error;
          }
        }
      };
      return hearTogether(
        Array.from({ length: count }, () => hearOne),
        signal,
      );
    },
  };
}

function isAway(error: unknown): boolean {
  return error instanceof PilotError && (error.code === 'SIGSTORE_UNAVAILABLE' || error.code === 'RATE_LIMITED');
}
