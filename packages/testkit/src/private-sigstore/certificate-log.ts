import { createHash, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { asArray, asObject, asString } from '@harbor-pilot/core';
import { listenLocally } from '../listen-locally.ts';
import { withoutPoison } from './precertificate.ts';

/** A certificate transparency log that promises to keep certificates and forgets them: nobody asks for proofs of it. */
export interface CertificateLog {
  /** Plain HTTP on 127.0.0.1. */
  readonly url: string;
  /** Its key, DER (SPKI), ECDSA P-256. */
  readonly publicKey: Buffer;
  close(): Promise<void>;
}

/** Starts a log on a free port of 127.0.0.1. It takes certificates that are yet without its promise, as Fulcio sends them. */
export async function startCertificateLog(): Promise<CertificateLog> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const server = createServer((request, response) => {
    promise(request, privateKey, sha256(spki)).then(
      (answer) => response.setHeader('content-type', 'application/json').end(JSON.stringify(answer)),
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  const { host, close } = await listenLocally(server);
  return { url: `http://${host}`, publicKey: spki, close };
}

/** The answer to `add-pre-chain` (RFC 6962 §4.2): a signed certificate timestamp. */
async function promise(request: IncomingMessage, privateKey: KeyObject, logId: Buffer): Promise<object> {
  let text = '';
  for await (const chunk of request) text += chunk;
  if (request.url !== '/ct/v1/add-pre-chain') throw new Error(`no such path: ${request.url}`);
  const [precertificate, issuer] = asArray(asObject(JSON.parse(text))?.chain).map((one) =>
    Buffer.from(asString(one) ?? '', 'base64'),
  );
  if (precertificate === undefined || issuer === undefined) throw new Error('a chain has two certificates at least');
  const timestamp = Date.now();
  const signature = sign('sha256', signedPart(precertificate, issuer, timestamp), privateKey);
  return {
    sct_version: 0,
    id: logId.toString('base64'),
    timestamp,
    extensions: '',
    signature: Buffer.concat([sha256WithEcdsa, number(signature.length, 2), signature]).toString('base64'),
  };
}

const [version1, certificateTimestamp] = [0, 0];
const precertificateEntry = 1;
const sha256WithEcdsa = Buffer.from([4, 3]);

/** What the signature of a signed certificate timestamp is over (RFC 6962 §3.2). */
function signedPart(precertificate: Buffer, issuer: Buffer, timestamp: number): Buffer {
  const issuerKey = new X509Certificate(issuer).publicKey.export({ type: 'spki', format: 'der' });
  const certificate = withoutPoison(precertificate);
  return Buffer.concat([
    Buffer.from([version1, certificateTimestamp]),
    number(timestamp, 8),
    number(precertificateEntry, 2),
    sha256(issuerKey),
    number(certificate.length, 3),
    certificate,
    number(0, 2),
  ]);
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function number(value: number, sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes.subarray(8 - sizeBytes);
}
