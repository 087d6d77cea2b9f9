// Generated from the step declarations by "npm run codegen". Do not edit.
// Check the credentials of a registry, and keep them in a private Docker configuration for later steps.
def call(Map args = [:]) {
    return harborPilotStep('login', [
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
        brokerUsername: 'HARBOR_PILOT_BROKER_USERNAME',
        robotPreset: 'HARBOR_PILOT_ROBOT_PRESET',
        robotProjects: 'HARBOR_PILOT_ROBOT_PROJECTS',
        allowForks: 'HARBOR_PILOT_ALLOW_FORKS',
        robotSweepAfter: 'HARBOR_PILOT_ROBOT_SWEEP_AFTER',
        dockerConfig: 'HARBOR_PILOT_DOCKER_CONFIG',
        exportCa: 'HARBOR_PILOT_EXPORT_CA',
        proxyForBuilds: 'HARBOR_PILOT_PROXY_FOR_BUILDS',
        logout: 'HARBOR_PILOT_LOGOUT',
        expiresAt: 'HARBOR_PILOT_EXPIRES_AT',
        expiryWarningDays: 'HARBOR_PILOT_EXPIRY_WARNING_DAYS',
    ], args)
}
