package io.harborpilot

import groovy.json.JsonOutput
import groovy.json.JsonSlurperClassic
import org.junit.Assume
import org.junit.Test

/**
 * Runs the Jenkinsfile of a workspace for real, when the environment names one: `HARBOR_PILOT_TEST_WORKSPACE` the folder,
 * `HARBOR_PILOT_TEST_CREDENTIALS` a JSON file with the credentials by id, `HARBOR_PILOT_TEST_RESULT` the file for log,
 * scripts and error of the build.
 */
class JenkinsfileTest extends Bench {
    @Override
    protected File makeWorkspace() {
        String path = System.getenv('HARBOR_PILOT_TEST_WORKSPACE')
        Assume.assumeNotNull(path)
        credentials = new JsonSlurperClassic().parse(new File(System.getenv('HARBOR_PILOT_TEST_CREDENTIALS'))) as Map
        return new File(path)
    }

    @Override
    protected int shell(String script, Map<String, String> environment) {
        // As Jenkins does: each command is printed before it is run, the first that fails ends the script.
        ProcessBuilder builder = new ProcessBuilder('/bin/sh', '-xe', '-c', script).directory(here()).redirectErrorStream(true)
        Map<String, String> variables = builder.environment()
        variables.keySet().retainAll(['PATH', 'HOME'])
        variables.putAll([JENKINS_URL: 'http://127.0.0.1/', BUILD_URL: 'http://127.0.0.1/job/hello/1/', WORKSPACE: workspace.path])
        variables.putAll(environment)
        Process process = builder.start()
        process.inputStream.eachLine('UTF-8') { line -> log << line << '\n' }
        return process.waitFor()
    }

    @Test
    void 'runs the Jenkinsfile'() {
        binding.setVariable('scm', [:])
        binding.setVariable('env', [TAG_NAME: System.getenv('HARBOR_PILOT_TEST_TAG')])
        String error = null
        try {
            runScript('Jenkinsfile')
        } catch (BuildFailed failure) {
            error = failure.message
        }
        Map build = [error: error, log: log.toString(), scripts: scripts]
        new File(System.getenv('HARBOR_PILOT_TEST_RESULT')).text = JsonOutput.toJson(build)
    }
}
