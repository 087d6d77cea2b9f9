// Generated from the step declarations by "npm run codegen". Do not edit.
// Push a built image to the registry: layers in parallel, each verified, tags last.
def call(Map args = [:]) {
    return harborPilotStep('push', [
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
        tags: 'HARBOR_PILOT_TAGS',
        source: 'HARBOR_PILOT_SOURCE',
        layout: 'HARBOR_PILOT_LAYOUT',
        toBundle: 'HARBOR_PILOT_TO_BUNDLE',
        fromBundle: 'HARBOR_PILOT_FROM_BUNDLE',
        destinations: 'HARBOR_PILOT_DESTINATIONS',
        record: 'HARBOR_PILOT_RECORD',
    ], args)
}
