import { createHash, randomBytes } from 'node:crypto';
import type { Http } from '@harbor-pilot/http';
import type { Witness } from '../witness.ts';
import { askService } from './ask-service.ts';
import { checkMoment } from './check-moment.ts';

const nonceBytes = 8;
const [integer, octets, sequence] = [0x02, 0x04, 0x30] as const;

/**
 * A timestamp authority (RFC 3161 over HTTP, section 3.4). The answer must be granted, of this signature and for this
 * request, and its time be one at which the signer's certificate is valid; that the authority signed it, verifying shows.
 * @param url the whole address.
 */
export function timestampWitness(http: Http, url: string): Witness {
  return {
    testify: async ({ signature, classicEnvelope, certificates }, signal) => {
      // Positive and without leading zeros, as DER wants it.
      const nonce = randomBytes(nonceBytes);
      nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40;
      const imprint = createHash('sha256')
        .update(classicEnvelope ?? signature)
        .digest();
      const answer = await askService(http, {
        service: 'the timestamp authority',
        method: 'POST',
        url,
        headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
        body: timestampRequest(imprint, nonce),
        signal,
      });
      if (answer.status >= 400) throw answer.unexpected(`it answered ${answer.problem()}`);
      const { checkTimestamp } = await import('./timestamp-response.ts');
      const time = checkTimestamp(answer, imprint, nonce);
      checkMoment(time, certificates, answer);
      return { timestamps: [answer.bytes] };
    },
  };
}

/** TimeStampReq (RFC 3161, section 2.4.1) for a SHA-256 digest, asking for the certificates of the authority. */
function timestampRequest(imprint: Buffer, nonce: Buffer): Buffer {
  const version = Buffer.from([integer, 1, 1]);
  // AlgorithmIdentifier of SHA-256, 2.16.840.1.101.3.4.2.1, with NULL as parameters.
  const sha256 = Buffer.from('300d06096086480165030402010500', 'hex');
  const wantsCertificates = Buffer.from([0x01, 1, 0xff]);
  return der(sequence, version, der(sequence, sha256, der(octets, imprint)), der(integer, nonce), wantsCertificates);
}

/** An element of DER with fewer than 128 bytes. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
}
