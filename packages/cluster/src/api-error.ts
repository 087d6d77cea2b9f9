import { PilotError, printable } from '@harbor-pilot/core';
import type { FieldConflict } from './cluster-client.ts';
import { listAt, textAt } from './kube-object.ts';

// Much longer than what an admission webhook has to say.
const textLimit = 2000;

/** The error for an answer of the API that is no success. `body` is the `Status` object, or any text. */
export function refusalOf(server: string, request: string, status: number, body: unknown): PilotError {
  const message =
    printable(textAt(body, 'message') || (typeof body === 'string' ? body : ''), textLimit) || `HTTP ${status}`;
  const details = { status, reason: textAt(body, 'reason') };
  if (status === 401) {
    return new PilotError('CLUSTER_AUTH', `the cluster ${server} refused the credentials: ${message}`, {
      hint: 'The token or certificate in the kubeconfig is wrong or has expired. Get a new one.',
      details,
    });
  }
  // A namespace that is being deleted forbids new content, whoever asks (reason NamespaceTerminating).
  if (status === 403 && !isAdmissionRefusal(message) && !message.includes('is being terminated')) {
    return new PilotError('CLUSTER_AUTH', `the cluster ${server} does not allow it: ${message}`, {
      hint: 'Give the account a Role with this verb on this resource, or use another account.',
      details,
    });
  }
  if (status === 429 || status >= 500) {
    return new PilotError('CLUSTER_UNREACHABLE', `the cluster ${server} cannot answer now: ${message}`, {
      hint: 'Nothing is wrong with the manifests. Try again, and look at the health of the cluster.',
      details,
    });
  }
  return new PilotError('ANSWER_UNEXPECTED', `the cluster refused ${request}: ${message}`, { details });
}

/** Whether a rule of the cluster about the content of objects refused it, and not a missing permission. */
export function isAdmissionRefusal(message: string): boolean {
  return /admission webhook|ValidatingAdmissionPolicy|violates PodSecurity|exceeded quota/i.test(message);
}

/** The HTTP status of a refusal, or undefined for any other error. */
export function statusOf(error: unknown): number | undefined {
  const status = error instanceof PilotError ? error.details.status : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** The fields that a server-side apply may not take over without force, or undefined when the answer is about something else. */
export function conflictsOf(body: unknown): readonly FieldConflict[] | undefined {
  const causes = listAt(body, 'details', 'causes').filter(
    (cause) => textAt(cause, 'reason') === 'FieldManagerConflict',
  );
  if (causes.length === 0) return undefined;
  return causes.map((cause) => {
    const match = /conflict with "([^"]*)"(?: with subresource "([^"]*)")?/.exec(textAt(cause, 'message'));
    return {
      field: textAt(cause, 'field'),
      manager: match?.[1] ?? 'somebody else',
      ...(match?.[2] === undefined ? {} : { subresource: match[2] }),
    };
  });
}

const certificateCodes =
  /^(?:CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_SELF_SIGNED_CERT|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)/;

const certificateHints: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED:
    'Renew the certificates of the API server (kubeadm certs renew all); if they are good, see the clock here.',
  CERT_NOT_YET_VALID: 'Compare the clock of this machine with that of the cluster.',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'The certificate is for other names: write one of them as the server of the kubeconfig, or give tls-server-name there.',
};

/** The error for a request that got no answer at all. */
export function connectionError(server: string, cause: unknown): PilotError {
  const code = textAt(cause, 'code');
  if (certificateCodes.test(code)) {
    return new PilotError('TLS_UNTRUSTED', `the certificate of the cluster ${server} is not trusted (${code})`, {
      cause,
      hint:
        certificateHints[code] ?? 'The certificate-authority-data of the kubeconfig does not belong to this cluster.',
    });
  }
  return new PilotError(
    'CLUSTER_UNREACHABLE',
    `the cluster ${server} cannot be reached: ${textAt(cause, 'message') || code}`,
    {
      cause,
      hint: 'Look at the server address in the kubeconfig, and whether this machine may connect to it (VPN, firewall, proxy).',
    },
  );
}
