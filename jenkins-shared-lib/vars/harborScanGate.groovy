// Generated from the step declarations by "npm run codegen". Do not edit.
// Wait for Harbor's own scan of every platform and refuse the image when it has vulnerabilities that count.
def call(Map args = [:]) {
    return harborPilotStep('scan-gate', [
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
        severityCutoff: 'HARBOR_PILOT_SEVERITY_CUTOFF',
        severity: 'HARBOR_PILOT_SEVERITY_CUTOFF',
        onlyFixed: 'HARBOR_PILOT_ONLY_FIXED',
        ignoreUnfixed: 'HARBOR_PILOT_ONLY_FIXED',
        fixableOnly: 'HARBOR_PILOT_ONLY_FIXED',
        failBuild: 'HARBOR_PILOT_FAIL_BUILD',
        scanTimeout: 'HARBOR_PILOT_SCAN_TIMEOUT',
        timeout: 'HARBOR_PILOT_SCAN_TIMEOUT',
        record: 'HARBOR_PILOT_RECORD',
    ], args)
}
