import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChildProgram, startProgram } from '../child-program.ts';
import { findFreePorts } from '../free-ports.ts';
import { workflowIssuer } from './issuer.ts';

/** The programs of a private Sigstore, as named in `scripts/peers.json`. */
export const privateSigstorePeers = ['fulcio', 'timestamp-server', 'rekor-server', 'rekor-v1'] as const;

/** Where those programs are. */
export type PrivateSigstorePaths = Readonly<Record<(typeof privateSigstorePeers)[number], string>>;

/** A server of a private Sigstore, on plain HTTP. */
export interface Service {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Path that answers 200 when it is ready. */
  readonly readyPath: string;
  readonly program: ChildProgram;
  close(): Promise<void>;
}

/** Rekor 2, and its key. */
export interface RekorService extends Service {
  /** Ed25519, DER (SPKI). */
  readonly publicKey: Buffer;
}

/** What logs call themselves in their checkpoints; clients expect the host of the address, without the port. */
export const rekorOrigin = '127.0.0.1';

/** The OpenID Connect issuer that Fulcio asks, and a certificate log that it tells of certificates. */
export interface FulcioOptions {
  readonly issuerUrl: string;
  /** The authority of the issuer, PEM, if it speaks TLS. */
  readonly caCertificate?: string;
  /** Certificates are without a signed certificate timestamp if there is none. */
  readonly certificateLogUrl: string | undefined;
}

/** Starts a certificate authority with a key of its own. The issuer must be there already. */
export async function startFulcio(program: string, folder: string, options: FulcioOptions): Promise<Service> {
  const [port = 0, grpcPort = 0, metricsPort = 0] = await findFreePorts(3);
  const configuration = join(folder, 'fulcio.json');
  await writeFile(configuration, JSON.stringify(issuersOf(options)));
  const args = [
    'serve',
    '--ca=ephemeralca',
    `--ct-log-url=${options.certificateLogUrl ?? ''}`,
    `--config-path=${configuration}`,
    '--host=127.0.0.1',
    `--port=${port}`,
    '--grpc-host=127.0.0.1',
    `--grpc-port=${grpcPort}`,
    `--metrics-port=${metricsPort}`,
    `--legacy-unix-domain-socket=${join(folder, 'fulcio.sock')}`,
  ];
  return serve(port, '/healthz', startProgram('fulcio', program, args, join(folder, 'fulcio.log')));
}

function issuersOf({ issuerUrl, caCertificate }: FulcioOptions): object {
  const describe = (url: string, type: object): object => ({
    [url]: {
      IssuerURL: url,
      ClientID: 'sigstore',
      ...type,
      ...(caCertificate === undefined ? {} : { CACert: caCertificate }),
    },
  });
  const workflowUri = '{{ .url }}/{{ .job_workflow_ref }}';
  return {
    OIDCIssuers: {
      ...describe(issuerUrl, { Type: 'email' }),
      ...describe(workflowIssuer(issuerUrl), { Type: 'ci-provider', CIProvider: 'workflows' }),
    },
    CIIssuerMetadata: {
      workflows: {
        DefaultTemplateValues: { url: 'https://github.com' },
        ExtensionTemplates: { BuildSignerURI: workflowUri },
        SubjectAlternativeNameTemplate: workflowUri,
      },
    },
  };
}

/** Starts a timestamp authority with a key of its own. */
export async function startTimestampServer(program: string, folder: string): Promise<Service> {
  const [port = 0] = await findFreePorts(1);
  const log = join(folder, 'timestamp-server.log');
  return serve(port, '/ping', startProgram('timestamp-server', program, [String(port)], log));
}

/** Starts an empty transparency log of Rekor 2. */
export async function startRekor(program: string, folder: string): Promise<RekorService> {
  const [port = 0, grpcPort = 0, metricsPort = 0] = await findFreePorts(3);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const keyFile = join(folder, 'rekor.key');
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const args = [
    'serve',
    '--http-address=127.0.0.1',
    `--http-port=${port}`,
    '--grpc-address=127.0.0.1',
    `--grpc-port=${grpcPort}`,
    `--http-metrics-port=${metricsPort}`,
    `--hostname=${rekorOrigin}`,
    `--storage-dir=${join(folder, 'rekor')}`,
    `--signer-filepath=${keyFile}`,
    // An entry is answered with the checkpoint that has it in, so these are what it waits for.
    '--batch-max-age=20ms',
    '--checkpoint-interval=100ms',
  ];
  const service = serve(port, '/healthz', startProgram('rekor-server', program, args, join(folder, 'rekor.log')));
  return { ...service, publicKey: publicKey.export({ type: 'spki', format: 'der' }) };
}

/** Starts an empty transparency log of Rekor 1, with a key of its own. */
export async function startRekor1(program: string, folder: string): Promise<Service> {
  const [port = 0] = await findFreePorts(1);
  const log = join(folder, 'rekor-v1.log');
  return serve(port, '/ping', startProgram('rekor-v1', program, [String(port), rekorOrigin], log));
}

function serve(port: number, readyPath: string, program: ChildProgram): Service {
  return { host: `127.0.0.1:${port}`, readyPath, program, close: () => program.stop() };
}
