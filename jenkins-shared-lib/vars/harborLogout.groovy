// Generated from the step declarations by "npm run codegen". Do not edit.
// Delete the robot account that login made for the job; on GitHub the post part of login does it.
def call(Map args = [:]) {
    return harborPilotStep('logout', [
        registry: 'HARBOR_PILOT_REGISTRY',
        caCertificate: 'HARBOR_PILOT_CA_CERTIFICATE',
        registryCaCertPath: 'HARBOR_PILOT_CA_CERTIFICATE',
        registryCacert: 'HARBOR_PILOT_CA_CERTIFICATE',
        caFingerprint: 'HARBOR_PILOT_CA_FINGERPRINT',
        clientCertificate: 'HARBOR_PILOT_CLIENT_CERTIFICATE',
        clientKey: 'HARBOR_PILOT_CLIENT_KEY',
        insecure: 'HARBOR_PILOT_INSECURE',
        plainHttp: 'HARBOR_PILOT_PLAIN_HTTP',
        config: 'HARBOR_PILOT_CONFIG',
        brokerUsername: 'HARBOR_PILOT_BROKER_USERNAME',
        dockerConfig: 'HARBOR_PILOT_DOCKER_CONFIG',
        robotId: 'HARBOR_PILOT_ROBOT_ID',
    ], args)
}
