// Generated from the step declarations by "npm run codegen". Do not edit.
// Copy an image by its digest to another project or registry, its signatures and attestations with it.
def call(Map args = [:]) {
    return harborPilotStep('promote', [
        registry: 'HARBOR_PILOT_REGISTRY',
        username: 'HARBOR_PILOT_USERNAME',
        caCertificate: 'HARBOR_PILOT_CA_CERTIFICATE',
        registryCaCertPath: 'HARBOR_PILOT_CA_CERTIFICATE',
        registryCacert: 'HARBOR_PILOT_CA_CERTIFICATE',
        caFingerprint: 'HARBOR_PILOT_CA_FINGERPRINT',
        clientCertificate: 'HARBOR_PILOT_CLIENT_CERTIFICATE',
        clientKey: 'HARBOR_PILOT_CLIENT_KEY',
        insecure: 'HARBOR_PILOT_INSECURE',
        plainHttp: 'HARBOR_PILOT_PLAIN_HTTP',
        image: 'HARBOR_PILOT_IMAGE',
        subjectName: 'HARBOR_PILOT_IMAGE',
        config: 'HARBOR_PILOT_CONFIG',
        allowForks: 'HARBOR_PILOT_ALLOW_FORKS',
        digest: 'HARBOR_PILOT_DIGEST',
        subjectDigest: 'HARBOR_PILOT_DIGEST',
        to: 'HARBOR_PILOT_TO',
        tags: 'HARBOR_PILOT_TAGS',
        publicKey: 'HARBOR_PILOT_PUBLIC_KEY',
        verifyPolicy: 'HARBOR_PILOT_VERIFY_POLICY',
        signedFor: 'HARBOR_PILOT_SIGNED_FOR',
        record: 'HARBOR_PILOT_RECORD',
    ], args)
}
