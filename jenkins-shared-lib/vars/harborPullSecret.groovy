// Generated from the step declarations by "npm run codegen". Do not edit.
// Create or refresh the secret with which Kubernetes pulls, once the registry has taken its credentials.
def call(Map args = [:]) {
    return harborPilotStep('pull-secret', [
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
        secretName: 'HARBOR_PILOT_SECRET_NAME',
        namespaces: 'HARBOR_PILOT_NAMESPACES',
        namespace: 'HARBOR_PILOT_NAMESPACES',
        namespaceSelector: 'HARBOR_PILOT_NAMESPACE_SELECTOR',
        serviceAccounts: 'HARBOR_PILOT_SERVICE_ACCOUNTS',
        kubesphereCreator: 'HARBOR_PILOT_KUBESPHERE_CREATOR',
        kubesphereInsecure: 'HARBOR_PILOT_KUBESPHERE_INSECURE',
        kubeconfig: 'HARBOR_PILOT_KUBECONFIG',
        kubeContext: 'HARBOR_PILOT_KUBE_CONTEXT',
    ], args)
}
