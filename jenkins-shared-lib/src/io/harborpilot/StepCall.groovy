package io.harborpilot

import com.cloudbees.groovy.cps.NonCPS
import groovy.json.JsonSlurperClassic

/** One call of a step: which arguments go into which variables, and how its result is read. Holds plain values only, so that a pipeline can be resumed. */
class StepCall implements Serializable {
    private static final long serialVersionUID = 1L

    /** Arguments that name a credential of Jenkins. */
    static final List<String> CREDENTIALS = ['credentialsId', 'clientCertificateCredentialsId', 'brokerCredentialsId', 'registryAuthCredentialsId', 'pullCredentialsId', 'keyCredentialsId', 'keyPasswordCredentialsId', 'kubeconfigCredentialsId', 'commentCredentialsId', 'webhookAuthCredentialsId']

    /** What names of secrets look like, as other front ends and tools have them. */
    private static final String SECRETS = /(?i).*(password|secret|token|auth|auth-?header)/

    final String step
    final Map variables
    final Map args
    /** Folder of this call alone, below the folder of the pipeline: branches may run the same step at the same time. */
    final String folder
    /** What is wrong with the arguments, or null. */
    final String problem

    StepCall(String step, Map variables, Map args) {
        this.step = step
        this.variables = variables
        this.args = args
        this.folder = newFolder()
        this.problem = findProblem(variables, args)
    }

    @NonCPS
    private static String newFolder() {
        return ".harbor-pilot/${UUID.randomUUID()}".toString()
    }

    @NonCPS
    private static String findProblem(Map variables, Map args) {
        Map<String, String> given = [:]
        for (name in args.keySet()) {
            if (!variables.containsKey(name) && !CREDENTIALS.contains(name)) {
                Collection<String> known = name.toString() ==~ SECRETS ? CREDENTIALS : variables.keySet() + CREDENTIALS
                String how = known.is(CREDENTIALS) ? 'A secret is given by the id of its credential. ' : ''
                return "[INPUT_INVALID] unknown argument '${name}'. Hint: ${how}Known are ${known.sort(false).join(', ')}.".toString()
            }
            String variable = variables[name]
            if (variable != null && args[name] != null) {
                if (given.containsKey(variable)) {
                    return "[INPUT_INVALID] the arguments '${given[variable]}' and '${name}' are both given. Hint: They are two names of the same input: give one of them."
                }
                given[variable] = name
            }
        }
        return null
    }

    /** The environment of the command: what was given, lists and maps as lines. */
    @NonCPS
    List<String> environment() {
        List<String> list = ["HARBOR_PILOT_RESULT_FILE=${resultFile()}".toString()]
        for (entry in args) {
            if (variables.containsKey(entry.key) && entry.value != null) {
                list << "${variables[entry.key]}=${text(entry.value)}".toString()
            }
        }
        return list
    }

    /** A value as text. In a list, what is null was not given: TAG_NAME where no tag is built. */
    @NonCPS
    private static String text(Object value) {
        if (value instanceof Map) {
            return value.collect { name, item -> "${name}=${item}" }.join('\n')
        }
        return value instanceof Collection || value instanceof Object[] ? value.findAll { it != null }.join('\n') : value.toString()
    }

    /** Text of the script, for a shell and for Windows: constant but for the name of the step, which is ours. */
    @NonCPS
    String script() {
        return "node \"${commandFile()}\" ${step}".toString()
    }

    @NonCPS
    String commandFile() {
        return "${folder}/harbor-pilot.mjs".toString()
    }

    @NonCPS
    String resultFile() {
        return "${folder}/result.json".toString()
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

    /** Outputs whose paths are relative to a folder, as the steps of Jenkins want those of files in the workspace. */
    @NonCPS
    static Map within(String folder, Map outputs) {
        String start = "${folder}/"
        return outputs.collectEntries { name, value -> [name, value.toString().startsWith(start) ? value.toString().substring(start.length()) : value] }
    }

    /** What the step has left for people to read, files and folders, as patterns of Ant. */
    @NonCPS
    static String filesToKeep(Map outputs) {
        List places = [outputs.gateReports, outputs.verifyReports, outputs.record, outputs.report]
        return places.findAll { it }.collect { "${it},${it}/**" }.join(',')
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
