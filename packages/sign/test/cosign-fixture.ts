/** A private key that cosign 3.1.3 generated with the password "pw", for these tests alone. */
export const cosignKey = `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----
eyJrZGYiOnsibmFtZSI6InNjcnlwdCIsInBhcmFtcyI6eyJOIjo2NTUzNiwiciI6
OCwicCI6MX0sInNhbHQiOiI5YTRRSWdkT1lkYzZMTGVxdGtDdXpqM1BVbnBzK1JI
bkl1b3pOZEh0NFBzPSJ9LCJjaXBoZXIiOnsibmFtZSI6Im5hY2wvc2VjcmV0Ym94
Iiwibm9uY2UiOiJJcXZVVitYVVUxQTlUVDNIRDdwWWk2T0lhaVZRbEkraCJ9LCJj
aXBoZXJ0ZXh0IjoiNDVwSjhoWUhWbGVTUGNEUTVZRjRYa3dRNUJpT3lNbTlsZmkz
aW55Z3Z4YjMwQy9GRHVaRWdnT3Z0djQ2QUdRd3B6YVRqNGdUT0RzNjQ3bGt6SUhO
NGxLNUUxQ1ZYWDBMRFdBMGNxMXJMVWZPSXpSVWRtRjZFNG5kQ3UyRlU3R3NqWlJB
Nk0rVmdNMW85bU1jb1ZVOVltMm1ZWEl0YSt6eER1YWdnSDlBWUFKNk1mWlFTQlRP
cFBlU1FFajRhOXVUZ0YxejN6MmxuZ1ZKc0E9PSJ9
-----END ENCRYPTED SIGSTORE PRIVATE KEY-----
`;
/** Its public key. */
export const cosignPublicKey = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE5h23fouaAJLw6exqP/a8AeZn+gOO
LpCeBFcTMWxm5ubrh6xF+H5TeErNmAdD7PgZDRyq+zlrGJkTCXtCOkmWEg==
-----END PUBLIC KEY-----
`;

/** The repository for which cosign 3.1.3 signed with that key. */
export const signedRepository = { host: '127.0.0.1:5561', repository: 'demo/app' } as const;

/** `cosign sign` of an image: the referrer's manifest and its bundle. */
export const cosignBundle = {
  digest: 'sha256:b3447c8ab51a6c29e7464404e53c9240c4b82078156d4d663ace7641d03804a5',
  manifest:
    '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.empty.v1+json","size":2,"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json"},"layers":[{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","size":667,"digest":"sha256:53d51b4fff352323e4a10179316ba5677df83fba16161367e9e328235dc87535"}],"annotations":{"dev.sigstore.bundle.content":"dsse-envelope","dev.sigstore.bundle.predicateType":"https://sigstore.dev/cosign/sign/v1","org.opencontainers.image.created":"2026-11-22T14:26:49Z"},"subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":273,"digest":"sha256:b3447c8ab51a6c29e7464404e53c9240c4b82078156d4d663ace7641d03804a5"},"artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json"}',
  blobs: [
    '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial":{"publicKey":{"hint":"xXm111WIIVftakc8mVFNCgBe1T+0Ulw2F0lWwRcKZFU="}}, "dsseEnvelope":{"payload":"eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEiLCAic3ViamVjdCI6W3siZGlnZXN0Ijp7InNoYTI1NiI6ImIzNDQ3YzhhYjUxYTZjMjllNzQ2NDQwNGU1M2M5MjQwYzRiODIwNzgxNTZkNGQ2NjNhY2U3NjQxZDAzODA0YTUifSwgImFubm90YXRpb25zIjp7fX1dLCAicHJlZGljYXRlVHlwZSI6Imh0dHBzOi8vc2lnc3RvcmUuZGV2L2Nvc2lnbi9zaWduL3YxIiwgInByZWRpY2F0ZSI6e319", "payloadType":"application/vnd.in-toto+json", "signatures":[{"sig":"MEYCIQCuOUecCEa79tzNOmG6oTyjBEcfFSTMG3rbRrKloxUgmQIhAINtOfvK8+shFy3ApLlHI1oqJ6UvK8bx1zn6hnURUqXF"}]}}',
  ],
} as const;

/** `cosign sign --new-bundle-format=false -a foo=bar` of an image, and again with `foo=bar2`: the manifest at its tag and the payloads. */
export const cosignClassic = {
  digest: 'sha256:d006cd7e8e816d938c904c8572f2fad1947e34a644afba079602d91f9e14aaf2',
  manifest:
    '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":342,"digest":"sha256:2e223815451122a26bb6fff0434bba6e1e229fbbc05c0c0c52056276c02ba5ca"},"layers":[{"mediaType":"application/vnd.dev.cosign.simplesigning.v1+json","size":248,"digest":"sha256:3c4627f0962109f8af7d1f203c49326cf6f2fd8544c44a392721f835bd904fa0","annotations":{"dev.cosignproject.cosign/signature":"MEUCIQC8KVlrvm7JzZgiM7FmEx9tqOFENn4swTBvoLUV/gnbuwIgYA4DcZcm717OqWe7Zw3EzMp76L5MhvaBQNaz0VfU6oA="}},{"mediaType":"application/vnd.dev.cosign.simplesigning.v1+json","size":249,"digest":"sha256:1eab14768a5ad1285c353b97ec230815e5c27da331d8dd518eb6502d0b8d89da","annotations":{"dev.cosignproject.cosign/signature":"MEYCIQCYqVJItUI9miFmrfVU72BmomQo9h5Lv3jxNLZi3lG2lAIhAM9ifYzcvo/3AFjkd4AprBGTfRzRmtWAUY/OpmjWsc5R"}}]}',
  blobs: [
    '{"critical":{"identity":{"docker-reference":"127.0.0.1:5561/demo/app"},"image":{"docker-manifest-digest":"sha256:d006cd7e8e816d938c904c8572f2fad1947e34a644afba079602d91f9e14aaf2"},"type":"cosign container image signature"},"optional":{"foo":"bar"}}',
    '{"critical":{"identity":{"docker-reference":"127.0.0.1:5561/demo/app"},"image":{"docker-manifest-digest":"sha256:d006cd7e8e816d938c904c8572f2fad1947e34a644afba079602d91f9e14aaf2"},"type":"cosign container image signature"},"optional":{"foo":"bar2"}}',
  ],
} as const;
