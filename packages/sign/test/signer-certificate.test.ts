import { describe, expect, it } from '@jest/globals';
import { publicTrustRoot } from '../src/index.ts';
import { readCertificate } from '../src/prove/signer-certificate.ts';
import { valueAt } from './changed-json.ts';
import { signedBy, signedCase } from './signed-cases.ts';

const certificate = async (): Promise<Buffer> => {
  const { bundle } = await signedCase('happy-path-intoto-in-dsse-v3');
  const path = ['verificationMaterial', 'certificate', 'rawBytes'];
  return Buffer.from(valueAt(JSON.parse(bundle), path) as string, 'base64');
};

/** The certificate with other bytes in place of some, as long as they; nobody has signed that. */
async function withBytes(old: string, other: string): Promise<Buffer> {
  const der = await certificate();
  const at = der.indexOf(Buffer.from(old, 'latin1'));
  if (at < 0 || old.length !== other.length) throw new Error('these bytes are not there');
  der.write(other, at, 'latin1');
  return der;
}

const codeSigning = '\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x03';
const serving = '\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01';
const fulcio = '\x06\x0a\x2b\x06\x01\x04\x01\x83\xbf\x30\x01';

describe("a signer's certificate", () => {
  it('says who it is of, and who vouched for that', async () => {
    expect(readCertificate(await certificate())).toMatchObject({ ...signedBy, hasSct: true });
  });

  it.each<[string, string, string, string]>([
    ['is for servers', codeSigning, serving, 'not for signing code'],
    ['has the same extension twice', `${fulcio}\x09`, `${fulcio}\x08`, 'something twice'],
    ['has a name with a letter that is none', '\x86\x81\x94https', '\x86\x81\x94htt\xf0s', 'not one name'],
    ['has a name with a control character', '\x86\x81\x94https', '\x86\x81\x94htt\x00s', 'not one name'],
    ['has a name of another kind', '\x86\x81\x94https', '\x82\x81\x94https', 'not one name'],
    ['has an issuer that is cut off, beside an older one', '\x0c\x2bhttps', '\x0c\x7fhttps', 'no issuer'],
    ['has an issuer with a line break', '\x0c\x2bhttps', '\x0c\x2bhttp\n', 'no issuer'],
  ])('is refused when it %s', async (_title, old, other, reason) => {
    expect(readCertificate(await withBytes(old, other))).toEqual({
      failure: 'untrusted certificate',
      reason: expect.stringContaining(reason) as unknown,
    });
  });

  it('is refused when it is that of an authority, or too large', async () => {
    const [, { certChain = [] } = {}] = (await publicTrustRoot()).material.certificateAuthorities;
    const authority = readCertificate(certChain[0]?.root.toDER() ?? Buffer.alloc(0));
    expect(authority).toMatchObject({ reason: 'its certificate is that of an authority' });
    expect(readCertificate(Buffer.alloc(100_000, 0x30))).toMatchObject({ reason: 'its certificate is too large' });
    expect(readCertificate(Buffer.alloc(100, 0x30))).toMatchObject({ failure: 'damaged' });
  });
});
