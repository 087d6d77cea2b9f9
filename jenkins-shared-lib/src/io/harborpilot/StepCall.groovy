package io.harborpilot

import com.cloudbees.groovy.cps.NonCPS
import groovy.json.JsonSlurperClassic

/** One call of a step: which arguments go into which variables, and how its result is read. Holds plain values only, so that a pipeline can be resumed. */
class StepCall implements Serializable {
    private static final long serialVersionUID = 1L

    static final String FOLDER = '.harbor-pilot'
    static final String COMMAND_FILE = '.harbor-pilot/harbor-pilot.mjs'

    /** Arguments that name a credential of Jenkins. */
    static final List<String> CREDENTIALS = ['credentialsId', 'pullCredentialsId', 'keyCredentialsId', 'keyPasswordCredentialsId', 'kubeconfigCredentialsId']

    final String step
    final Map variables
    final Map args
    /** What is wrong with the arguments, or null. */
    final String problem

    StepCall(String step, Map variables, Map args) {
        this.step = step
        this.variables = variables
        this.args = args
        this.problem = findProblem(variables, args)
    }

    @NonCPS
    private static String findProblem(Map variables, Map args) {
        for (name in args.keySet()) {
            if (!variables.containsKey(name) && !CREDENTIALS.contains(name)) {
                return "[INPUT_INVALID] unknown argument '${name}'. Hint: Known are ${(variables.keySet() + CREDENTIALS).sort().join(', ')}."
            }
        }
        return null
    }

    /** The environment of the command: what was given, lists as lines. */
    @NonCPS
    List<String> environment() {
        List<String> list = ["HARBOR_PILOT_RESULT_FILE=${resultFile()}".toString()]
        for (entry in args) {
            if (variables.containsKey(entry.key) && entry.value != null) {
                def value = entry.value instanceof Collection ? entry.value.join('\n') : entry.value.toString()
                list << "${variables[entry.key]}=${value}".toString()
            }
        }
        return list
    }

    /** Text of the shell script: constant but for the name of the step, which is ours. */
    @NonCPS
    String script() {
        return "rm -f '${resultFile()}' && node '${COMMAND_FILE}' ${step}".toString()
    }

    @NonCPS
    String resultFile() {
        return "${FOLDER}/${step}-result.json".toString()
    }

    /** What the command left: outputs and error. */
    @NonCPS
    static Map parse(String text) {
        Map result = [outputs: [:], error: null]
        if (text) {
            result.putAll(new JsonSlurperClassic().parseText(text) as Map)
        }
        return result
    }

    @NonCPS
    static String describe(String step, int status, Map failure) {
        if (failure == null) {
            return "[INTERNAL] harbor-pilot ${step} ended with ${status}. Hint: The log above says why; Node.js 24 must be on the PATH of the agent.".toString()
        }
        String hint = failure.hint ? " Hint: ${failure.hint}" : ''
        return "[${failure.code}] ${failure.message}${hint}".toString()
    }

    /** Outputs by the names that Groovy users write: 'key-id' is keyId. */
    @NonCPS
    static Map camelCase(Map outputs) {
        Map result = [:]
        for (entry in outputs) {
            List<String> words = entry.key.toString().split('-').toList()
            String name = words.head() + words.tail().collect { word -> word.capitalize() }.join('')
            result[name] = entry.value
        }
        return result
    }
}
