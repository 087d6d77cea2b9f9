import { PilotError } from '@harbor-pilot/core';
import { writeTrustStore } from '../pkcs12.ts';
import type { Layout, Site } from './site.ts';

/**
 * A trust store for Java.
 * @throws PilotError INPUT_INVALID when it has no password, or one that Java does not take.
 */
export function layoutJava({ host, authorities, storePassword }: Site): Layout {
  if (storePassword === undefined) {
    throw new PilotError('INPUT_INVALID', 'the trust store of Java needs a password', {
      hint: 'Give it in HARBOR_PILOT_PKCS12_PASSWORD or with --password-stdin.',
    });
  }
  const path = 'java/truststore.p12';
  return {
    files: [{ path, content: writeTrustStore(authorities, host.replaceAll(':', '-'), storePassword), isSecret: true }],
    advice: [
      `Start Java with -Djavax.net.ssl.trustStore=…/${path} -Djavax.net.ssl.trustStoreType=PKCS12 and the password as`,
      '-Djavax.net.ssl.trustStorePassword, best in a file for JDK_JAVA_OPTIONS=@FILE. Java then trusts nobody else.',
      `To add it to those that Java knows: keytool -importkeystore -srckeystore ${path} -cacerts`,
    ],
  };
}
