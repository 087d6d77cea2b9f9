import { stringify } from 'yaml';
import { parseSubjectNames } from '../subject-names.ts';
import { type Layout, nameOf, type Site } from './site.ts';

/** An Issuer that signs with the authority, and the Certificate of the registry: https://cert-manager.io/docs/configuration/ca/ */
export function layoutCertManager(site: Site): Layout {
  const path = 'cert-manager/certificate.yaml';
  const name = nameOf(site);
  const [subject] = parseSubjectNames([site.host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')]);
  const names = subject?.type === 'ip' ? { ipAddresses: [subject.value] } : { dnsNames: [subject?.value] };
  const issuer = {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Issuer',
    metadata: { name: `${name}-ca` },
    spec: { ca: { secretName: `${name}-ca` } },
  };
  const certificate = {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name },
    spec: {
      secretName: `${name}-tls`,
      ...names,
      duration: '2160h',
      renewBefore: '720h',
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      usages: ['digital signature', 'server auth'],
      issuerRef: { name: `${name}-ca`, kind: 'Issuer' },
    },
  };
  return {
    files: [{ path, content: [issuer, certificate].map((object) => stringify(object)).join('---\n') }],
    advice: [
      'In the namespace of Harbor, once, with the key of the authority, which is not copied here:',
      `  kubectl create secret tls ${name}-ca --cert=ca.crt --key=ca.key`,
      `  kubectl apply -f ${path}`,
      `cert-manager keeps the certificate in the Secret ${name}-tls; Harbor's chart takes it as`,
      `  expose.tls.certSource=secret, expose.tls.secret.secretName=${name}-tls`,
    ],
  };
}
