// Generated from the step declarations by "npm run codegen". Do not edit.
// Verify that an image, and each image of an index, is signed by the expected key, for this repository and no other.
def call(Map args = [:]) {
    return harborPilotStep('verify', [
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
        digest: 'HARBOR_PILOT_DIGEST',
        subjectDigest: 'HARBOR_PILOT_DIGEST',
        publicKey: 'HARBOR_PILOT_PUBLIC_KEY',
        signedFor: 'HARBOR_PILOT_SIGNED_FOR',
        record: 'HARBOR_PILOT_RECORD',
    ], args)
}
