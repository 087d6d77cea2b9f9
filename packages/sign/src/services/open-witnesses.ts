import { PilotError } from '@harbor-pilot/core';
import type { Http } from '@harbor-pilot/http';
import { hearTogether, type Testimony, type Witness } from '../witness.ts';
import { chooseServices, isValidAt, type ServiceChoice } from './choose-services.ts';
import { rekor1Witness } from './rekor1.ts';
import { rekor2Witness } from './rekor2.ts';
import type { SigningConfig, SigningService } from './signing-config.ts';
import { timestampWitness } from './timestamp-authority.ts';

/**
 * The logs and timestamp authorities that a signing configuration wants to hear. Nothing is asked yet.
 * @throws PilotError TRUST_ROOT_INVALID when it wants more than can be used now.
 */
export function openWitnesses(config: SigningConfig, http: Http, now: Date): readonly Witness[] {
  const { origin, logs, timestampAuthorities, timestampSelector: selector } = config;
  const witnesses: Witness[] = [];
  if (logs.length > 0) witnesses.push(openLogs(config, http, now));
  if (timestampAuthorities.length > 0) {
    const wish = { kind: 'timestamp authorities', origin, apiVersions: [1], selector, now };
    witnesses.push(anyOf(chooseServices(timestampAuthorities, wish), ({ url }) => timestampWitness(http, url)));
  }
  return witnesses;
}

function openLogs({ origin, logs, logSelector: selector }: SigningConfig, http: Http, now: Date): Witness {
  const choose = (apiVersions: readonly number[]): Witness =>
    anyOf(
      chooseServices(logs, { kind: 'transparency logs', origin, apiVersions, selector, now }),
      ({ url, apiVersion }) => (apiVersion === 1 ? rekor1Witness(http, url) : rekor2Witness(http, url)),
    );
  const newest = choose([1, 2]);
  const hasFirst = logs.some((log) => log.apiVersion === 1 && isValidAt(log, now));
  return {
    testify: async (content, signal) => {
      // A classic signature has room for what Rekor 1 says, and for nothing of Rekor 2.
      const isClassic = content.envelopeType === undefined || content.classicEnvelope !== undefined;
      return (isClassic && hasFirst ? choose([1]) : newest).testify(content, signal);
    },
  };
}

/** As many of the services as are to be heard, in their order; the place of one that cannot be had takes the next that is left. */
function anyOf({ services, count }: ServiceChoice, open: (service: SigningService) => Witness): Witness {
  const witnesses = services.map(open);
  return {
    testify: (content, signal) => {
      const waiting = [...witnesses];
      const hearOne = async (): Promise<Testimony> => {
        for (;;) {
          try {
            return (await waiting.shift()?.testify(content, signal)) ?? {};
          } catch (error) {
            if (signal?.aborted || !isAway(error) || waiting.length === 0) throw error;
          }
        }
      };
      return hearTogether(Array.from({ length: count }, () => hearOne));
    },
  };
}

function isAway(error: unknown): boolean {
  return error instanceof PilotError && (error.code === 'SIGSTORE_UNAVAILABLE' || error.code === 'RATE_LIMITED');
}
