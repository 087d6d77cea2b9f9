// Generated from the step declarations by "npm run codegen". Do not edit.
// Examine the way to Harbor, from the name of the host to the pods that pull, and say what is wrong and what to do.
def call(Map args = [:]) {
    return harborPilotStep('doctor', [
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
        pushCheck: 'HARBOR_PILOT_PUSH_CHECK',
        platforms: 'HARBOR_PILOT_PLATFORMS',
        pullUsername: 'HARBOR_PILOT_PULL_USERNAME',
        kubeconfig: 'HARBOR_PILOT_KUBECONFIG',
        kubeContext: 'HARBOR_PILOT_KUBE_CONTEXT',
        namespace: 'HARBOR_PILOT_NAMESPACE',
        pullSecret: 'HARBOR_PILOT_PULL_SECRET',
        report: 'HARBOR_PILOT_REPORT',
    ], args)
}
