import io.harborpilot.StepCall

/**
 * Runs one step of the command that this library carries. The steps harborLogin, harborRelease and so on call it.
 *
 * @param step name of the step, 'release'
 * @param variables names of the arguments, and of the environment variable in which each one goes to the command
 * @param args the arguments that the pipeline gave
 * @return the outputs of the step
 */
Map call(String step, Map variables, Map args) {
    def stepCall = new StepCall(step, variables, args)
    if (stepCall.problem != null) {
        error(stepCall.problem)
    }
    int status = 0
    Map result = [:]
    try {
        // Written at each call: the file is small beside what a build moves, and no branch must read what another one writes.
        writeFile file: stepCall.commandFile(), text: libraryResource('io/harborpilot/harbor-pilot.mjs')
        withCredentials(bindings(args)) {
            withEnv(stepCall.environment()) {
                Map command = [returnStatus: true, label: "harbor-pilot ${step}".toString(), script: stepCall.script()]
                status = isUnix() ? sh(command) : bat(command)
            }
        }
        result = StepCall.parse(fileExists(stepCall.resultFile()) ? readFile(stepCall.resultFile()) : '')
        keepReports(StepCall.within(pwd(), StepCall.camelCase(result.outputs as Map)))
    } finally {
        dir(stepCall.folder) {
            deleteDir()
        }
    }
    if (status != 0 || result.error != null) {
        error(StepCall.describe(step, status, result.error as Map))
    }
    return StepCall.camelCase(result.outputs as Map)
}

/** Has Jenkins show the reports, also of a gate that refused, as far as it has the plugins. Those that it lacks cannot fail the step. */
private void keepReports(Map outputs) {
    if (outputs.junit) {
        quietly { junit(testResults: outputs.junit, allowEmptyResults: true, skipPublishingChecks: true, skipMarkingBuildUnstable: true) }
    }
    if (outputs.sarif) {
        quietly { recordIssues(enabledForFailure: true, tools: [sarif(pattern: outputs.sarif)]) }
    }
    String files = StepCall.filesToKeep(outputs)
    if (files) {
        quietly { archiveArtifacts(artifacts: files, allowEmptyArchive: true) }
    }
}

/** Without the plugin there is no such step, which is no reason to fail: the files are in the workspace all the same. */
private void quietly(Closure body) {
    try {
        body()
    } catch (NoSuchMethodError | MissingMethodException missing) {
        echo("not shown by Jenkins: ${missing.message.readLines().first()}")
    }
}

/** Credentials become variables of the process, never text of the script. */
private List bindings(Map args) {
    List list = []
    if (args.credentialsId) {
        list << usernamePassword(credentialsId: args.credentialsId, usernameVariable: 'HARBOR_PILOT_USERNAME', passwordVariable: 'HARBOR_PILOT_PASSWORD')
    }
    if (args.clientCertificateCredentialsId) {
        list << certificate(credentialsId: args.clientCertificateCredentialsId, keystoreVariable: 'HARBOR_PILOT_CLIENT_CERTIFICATE', passwordVariable: 'HARBOR_PILOT_CLIENT_KEY_PASSWORD')
    }
    if (args.brokerCredentialsId) {
        list << usernamePassword(credentialsId: args.brokerCredentialsId, usernameVariable: 'HARBOR_PILOT_BROKER_USERNAME', passwordVariable: 'HARBOR_PILOT_BROKER_PASSWORD')
    }
    if (args.registryAuthCredentialsId) {
        list << string(credentialsId: args.registryAuthCredentialsId, variable: 'HARBOR_PILOT_REGISTRY_AUTH')
    }
    if (args.pullCredentialsId) {
        list << usernamePassword(credentialsId: args.pullCredentialsId, usernameVariable: 'HARBOR_PILOT_PULL_USERNAME', passwordVariable: 'HARBOR_PILOT_PULL_PASSWORD')
    }
    if (args.keyCredentialsId) {
        list << file(credentialsId: args.keyCredentialsId, variable: 'HARBOR_PILOT_KEY')
    }
    if (args.keyPasswordCredentialsId) {
        list << string(credentialsId: args.keyPasswordCredentialsId, variable: 'HARBOR_PILOT_KEY_PASSWORD')
    }
    if (args.commentCredentialsId) {
        list << string(credentialsId: args.commentCredentialsId, variable: 'HARBOR_PILOT_COMMENT_TOKEN')
    }
    if (args.webhookAuthCredentialsId) {
        list << string(credentialsId: args.webhookAuthCredentialsId, variable: 'HARBOR_PILOT_WEBHOOK_AUTH_HEADER')
    }
    if (args.kubeconfigCredentialsId) {
        list << file(credentialsId: args.kubeconfigCredentialsId, variable: 'HARBOR_PILOT_KUBECONFIG')
    }
    return list
}
