import { RFC3161Timestamp } from '@sigstore/core';
import type { ServiceAnswer } from './ask-service.ts';

/** The tag of an INTEGER in DER. */
const integer = 0x02;

/**
 * Makes sure that a time-stamp response (RFC 3161, section 2.4.2) is granted, of this digest and for this request.
 * @returns its time.
 * @throws PilotError ANSWER_UNEXPECTED
 */
export function checkTimestamp(answer: ServiceAnswer, imprint: Buffer, nonce: Buffer): Date {
  const read = () => {
    try {
      const response = RFC3161Timestamp.parse(Buffer.from(answer.bytes));
      // 0 is granted, 1 is granted with changes.
      if (response.status > 1n) return { status: response.status };
      const { tstInfo } = response;
      const hash = tstInfo.messageImprintHashAlgorithm;
      // After version, policy, imprint, serial number and time the only INTEGER is the nonce.
      const returned = tstInfo.root.subs.slice(5).find(({ tag }) => tag.isUniversal() && tag.number === integer)?.value;
      const isSame = tstInfo.messageImprintHashedMessage.equals(imprint) && hash === 'sha256';
      return { isSame, isMine: returned?.equals(nonce) ?? false, time: tstInfo.genTime };
    } catch {
      return undefined;
    }
  };
  const response = read();
  if (response === undefined) throw answer.unexpected('it is no time-stamp response');
  if (response.time === undefined) throw answer.unexpected(`it refuses the request (status ${response.status})`);
  if (!response.isSame) throw answer.unexpected('its timestamp is of something else');
  if (!response.isMine) throw answer.unexpected('its timestamp is for another request');
  return response.time;
}
