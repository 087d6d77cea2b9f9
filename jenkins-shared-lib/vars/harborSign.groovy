// Generated from the step declarations by "npm run codegen". Do not edit.
// Sign an image, its index and every platform, so that cosign verifies it and Harbor shows it as signed.
def call(Map args = [:]) {
    return harborPilotStep('sign', [
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
        key: 'HARBOR_PILOT_KEY',
        signerCommand: 'HARBOR_PILOT_SIGNER_COMMAND',
        signerEnvironment: 'HARBOR_PILOT_SIGNER_ENVIRONMENT',
        signerTimeout: 'HARBOR_PILOT_SIGNER_TIMEOUT',
        kubeconfig: 'HARBOR_PILOT_KUBECONFIG',
        kubeContext: 'HARBOR_PILOT_KUBE_CONTEXT',
        format: 'HARBOR_PILOT_FORMAT',
        annotations: 'HARBOR_PILOT_ANNOTATIONS',
        recursive: 'HARBOR_PILOT_RECURSIVE',
        record: 'HARBOR_PILOT_RECORD',
    ], args)
}
