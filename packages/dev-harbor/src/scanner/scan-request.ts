import { asArray, asObject, asString } from '@harbor-pilot/core';
import { type Digest, isDigest, mediaTypes } from '@harbor-pilot/oci';

/** What can be scanned: single images. Harbor asks for each child of an index by itself. */
export const consumedMimeTypes: readonly string[] = [mediaTypes.ociManifest, mediaTypes.dockerManifest];

/** The artifact as Harbor names it in a scan request; it is repeated in the report. */
export interface ScannedArtifact {
  readonly repository: string;
  readonly digest: Digest;
  readonly tag?: string;
  readonly mime_type: string;
}

/** A scan request (Pluggable Scanner API 1.2, `ScanRequest`). */
export interface ScanRequest {
  readonly kind: 'vulnerability' | 'sbom';
  readonly registryUrl: URL;
  /** Value of the Authorization header for the registry. */
  readonly authorization?: string;
  readonly artifact: ScannedArtifact;
}

/** A scan request, or the status and the message with which it has to be refused. */
export type ParsedScanRequest =
  | { readonly request: ScanRequest }
  | { readonly status: 400 | 422 | 501; readonly message: string };

/** Reads the body of `POST /api/v1/scan`. */
export function parseScanRequest(body: string): ParsedScanRequest {
  let document: ReturnType<typeof asObject>;
  try {
    document = asObject(JSON.parse(body));
  } catch {
    return { status: 400, message: 'the scan request is not JSON' };
  }
  if (document === undefined) return { status: 400, message: 'the scan request is not a JSON object' };
  const kind = wantedKind(document.enabled_capabilities);
  if (kind === undefined) return { status: 501, message: 'this scanner finds vulnerabilities and lists packages only' };
  return parseFields(document, kind);
}

/** A scan is for one of the two; one that does not say is for vulnerabilities. */
function wantedKind(capabilities: unknown): ScanRequest['kind'] | undefined {
  const types = asArray(capabilities).map((capability) => asString(asObject(capability)?.type));
  if (types.length === 0 || types.includes('vulnerability')) return 'vulnerability';
  return types.includes('sbom') ? 'sbom' : undefined;
}

function parseFields(document: Readonly<Record<string, unknown>>, kind: ScanRequest['kind']): ParsedScanRequest {
  const registry = asObject(document.registry);
  const artifact = asObject(document.artifact);
  const url = asString(registry?.url);
  const repository = asString(artifact?.repository);
  const digest = asString(artifact?.digest);
  const tag = asString(artifact?.tag);
  const authorization = asString(registry?.authorization);
  const mimeType = asString(artifact?.mime_type) || mediaTypes.ociManifest;
  if (url === undefined || !URL.canParse(url) || new URL(url).protocol !== 'https:') {
    return { status: 422, message: 'registry.url is not an https URL' };
  }
  if (repository === undefined || !/^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/.test(repository)) {
    return { status: 422, message: 'artifact.repository is not the name of a repository' };
  }
  if (digest === undefined || !isDigest(digest)) return { status: 422, message: 'artifact.digest is not a digest' };
  if (!consumedMimeTypes.includes(mimeType)) {
    return { status: 501, message: `artifacts of type ${mimeType} cannot be scanned` };
  }
  return {
    request: {
      kind,
      registryUrl: new URL(url),
      ...(authorization ? { authorization } : {}),
      artifact: { repository, digest, ...(tag ? { tag } : {}), mime_type: mimeType },
    },
  };
}
