// Generated from the step declarations by "npm run codegen". Do not edit.
// Build an image from a Dockerfile without RUN, for several platforms, reproducibly and without Docker.
def call(Map args = [:]) {
    return harborPilotStep('build', [
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
        context: 'HARBOR_PILOT_CONTEXT',
        file: 'HARBOR_PILOT_FILE',
        dockerfile: 'HARBOR_PILOT_FILE',
        containerfile: 'HARBOR_PILOT_FILE',
        platforms: 'HARBOR_PILOT_PLATFORMS',
        buildArgs: 'HARBOR_PILOT_BUILD_ARGS',
        target: 'HARBOR_PILOT_TARGET',
        labels: 'HARBOR_PILOT_LABELS',
        layout: 'HARBOR_PILOT_LAYOUT',
        record: 'HARBOR_PILOT_RECORD',
    ], args)
}
