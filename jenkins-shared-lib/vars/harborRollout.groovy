// Generated from the step declarations by "npm run codegen". Do not edit.
// Roll one digest out to Kubernetes, wait until its pods run, and undo it with the reason when they do not.
def call(Map args = [:]) {
    return harborPilotStep('rollout', [
        registry: 'HARBOR_PILOT_REGISTRY',
        username: 'HARBOR_PILOT_USERNAME',
        caCertificate: 'HARBOR_PILOT_CA_CERTIFICATE',
        registryCaCertPath: 'HARBOR_PILOT_CA_CERTIFICATE',
        registryCacert: 'HARBOR_PILOT_CA_CERTIFICATE',
        image: 'HARBOR_PILOT_IMAGE',
        subjectName: 'HARBOR_PILOT_IMAGE',
        config: 'HARBOR_PILOT_CONFIG',
        digest: 'HARBOR_PILOT_DIGEST',
        subjectDigest: 'HARBOR_PILOT_DIGEST',
        manifests: 'HARBOR_PILOT_MANIFESTS',
        workload: 'HARBOR_PILOT_WORKLOAD',
        replaces: 'HARBOR_PILOT_REPLACES',
        namespace: 'HARBOR_PILOT_NAMESPACE',
        kubeconfig: 'HARBOR_PILOT_KUBECONFIG',
        kubeContext: 'HARBOR_PILOT_KUBE_CONTEXT',
        rolloutTimeout: 'HARBOR_PILOT_ROLLOUT_TIMEOUT',
        timeout: 'HARBOR_PILOT_ROLLOUT_TIMEOUT',
        undo: 'HARBOR_PILOT_UNDO',
        rollbackOnFailure: 'HARBOR_PILOT_UNDO',
        atomic: 'HARBOR_PILOT_UNDO',
        pullSecret: 'HARBOR_PILOT_PULL_SECRET',
        pullUsername: 'HARBOR_PILOT_PULL_USERNAME',
        record: 'HARBOR_PILOT_RECORD',
    ], args)
}
