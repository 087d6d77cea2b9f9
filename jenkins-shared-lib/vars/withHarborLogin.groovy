/**
 * Runs a block in which docker, skopeo, podman and buildah are logged in. The credentials are in a folder of this block
 * alone, beside the workspace, and gone when it ends, however it ends; so is the robot account that was made for it.
 *
 * @param args the arguments of harborLogin; with exportCa the programs in the block trust the authority
 * @return what the block returns
 */
def call(Map args, Closure body) {
    String folder = "${pwd(tmp: true)}/harbor-pilot-login-${UUID.randomUUID()}"
    Map login = [:]
    try {
        login = harborLogin(args + [dockerConfig: folder])
        return withEnv(["DOCKER_CONFIG=${folder}", "REGISTRY_AUTH_FILE=${folder}/auth.json"] + trust(folder, login)) {
            body()
        }
    } finally {
        dir(folder) {
            deleteDir()
        }
        if (login.robotId) {
            logOut(args, login)
        }
    }
}

/** What exportCa has programs trust. */
private List trust(String folder, Map login) {
    String all = login.caBundle
    String extra = "${folder}/registry-trust/ca-extra.crt"
    return all ? ["SSL_CERT_FILE=${all}", "REQUESTS_CA_BUNDLE=${all}", "CURL_CA_BUNDLE=${all}", "NODE_EXTRA_CA_CERTS=${extra}"] : []
}

/** Which robot account it is comes from the pipeline: the block could have changed what is in the folder. */
private void logOut(Map args, Map login) {
    Map connection = args.subMap(['caCertificate', 'registryCaCertPath', 'registryCacert', 'caFingerprint', 'clientCertificate', 'clientKey', 'clientCertificateCredentialsId', 'insecure', 'plainHttp', 'config', 'brokerUsername', 'brokerCredentialsId'])
    // What the block ended with counts; a later login deletes what is left.
    catchError(buildResult: 'SUCCESS', stageResult: 'SUCCESS', catchInterruptions: false, message: "the robot account ${login.username} stays for now") {
        harborLogout(connection + [registry: login.registry.split(',')[0], robotId: login.robotId])
    }
}
