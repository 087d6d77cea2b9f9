/**
 * Runs a block in which docker, skopeo, podman and buildah are logged in. The credentials are in a folder of this block
 * alone, beside the workspace, and gone when it ends, however it ends.
 *
 * @param args the arguments of harborLogin
 * @return what the block returns
 */
def call(Map args, Closure body) {
    String folder = "${pwd(tmp: true)}/harbor-pilot-login-${UUID.randomUUID()}"
    try {
        harborLogin(args + [dockerConfig: folder])
        return withEnv(["DOCKER_CONFIG=${folder}", "REGISTRY_AUTH_FILE=${folder}/auth.json"]) {
            body()
        }
    } finally {
        dir(folder) {
            deleteDir()
        }
    }
}
