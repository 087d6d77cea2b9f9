package io.harborpilot

import com.lesfurets.jenkins.unit.cps.BasePipelineTestCPS
import com.lesfurets.jenkins.unit.global.lib.LibraryConfiguration
import com.lesfurets.jenkins.unit.global.lib.SourceRetriever
import org.junit.Before

/**
 * A Jenkins of a few steps: the pipeline goes through the real CPS transformer, and what its steps do is real as well,
 * but for the process of `sh`, which is up to the test.
 */
abstract class Bench extends BasePipelineTestCPS {
    /** The workspace of the agent. */
    protected File workspace
    /** Everything that the build printed. */
    protected final StringBuffer log = new StringBuffer()
    /** Texts of the scripts that the pipeline gave to `sh`. */
    protected final List<String> scripts = []
    /** Credentials by id: maps with username and password, text, or path. */
    protected Map<String, Map> credentials = [:]
    protected final Deque<Map<String, String>> variables = new ArrayDeque<>()
    /** The folders that `dir` went into. */
    protected final Deque<File> folders = new ArrayDeque<>()

    /** Whether the agent is one that has `sh`; Windows has `bat`. */
    protected boolean isUnix = true

    /** The folder that the pipeline works in. */
    protected File here() {
        return folders.isEmpty() ? workspace : folders.last
    }

    /** Runs a shell script with these variables in that folder, and returns its exit code. */
    protected abstract int shell(String script, Map<String, String> environment)

    protected abstract File makeWorkspace()

    @Override
    @Before
    void setUp() {
        workspace = makeWorkspace()
        scriptRoots = [workspace.path] as String[]
        scriptExtension = ''
        super.setUp()
        File library = new File('.').canonicalFile
        helper.registerSharedLibrary(LibraryConfiguration.library('harbor-pilot')
            .defaultVersion('main').targetPath('unused').allowOverride(true).implicit(false)
            .retriever({ name, version, path -> [library.toURI().toURL()] } as SourceRetriever)
            .build())
        registerSteps()
    }

    private void registerSteps() {
        helper.registerAllowedMethod('checkout', [Object]) { source -> null }
        helper.registerAllowedMethod('echo', [String]) { line -> log << line << '\n'; null }
        helper.registerAllowedMethod('catchError', [Map, Closure]) { args, body ->
            try {
                helper.callClosure(body)
            } catch (BuildFailed failure) {
                log << args.message << ': ' << failure.message << '\n'
            }
            null
        }
        // Those of plugins that most have; "recordIssues" is not among them.
        for (keeping in ['junit', 'archiveArtifacts']) {
            String name = keeping
            helper.registerAllowedMethod(name, [Map]) { args -> log << name << ' ' << (args.testResults ?: args.artifacts) << '\n'; null }
        }
        helper.registerAllowedMethod('error', [String]) { message -> throw new BuildFailed(message) }
        helper.registerAllowedMethod('fileExists', [String]) { path -> new File(here(), path).exists() }
        helper.registerAllowedMethod('readFile', [String]) { path -> new File(here(), path).getText('UTF-8') }
        helper.registerAllowedMethod('writeFile', [Map]) { args ->
            File target = new File(here(), args.file)
            target.parentFile.mkdirs()
            target.setText(args.text, 'UTF-8')
        }
        helper.registerAllowedMethod('dir', [String, Closure]) { path, body ->
            File folder = new File(path)
            folders.addLast(folder.absolute ? folder : new File(here(), path))
            try {
                return helper.callClosure(body)
            } finally {
                folders.removeLast()
            }
        }
        helper.registerAllowedMethod('pwd', [Map]) { args -> args.tmp ? "${here()}@tmp".toString() : here().path }
        helper.registerAllowedMethod('pwd', []) { -> here().path }
        helper.registerAllowedMethod('deleteDir', []) { -> here().deleteDir() }
        for (kind in ['usernamePassword', 'string', 'file', 'certificate']) {
            helper.registerAllowedMethod(kind, [Map]) { args -> args }
        }
        helper.registerAllowedMethod('withCredentials', [List, Closure]) { bindings, body ->
            within(bindings.collectEntries { variablesOf(it) }, body)
        }
        helper.registerAllowedMethod('withEnv', [List, Closure]) { list, body ->
            within(list.collectEntries { it.split('=', 2) as List }, body)
        }
        helper.registerAllowedMethod('isUnix', []) { -> isUnix }
        for (running in [sh: true, bat: false]) {
            Map.Entry<String, Boolean> one = running
            helper.registerAllowedMethod(one.key, [Map]) { args ->
                if (isUnix != one.value) throw new BuildFailed("no ${one.key} on this agent")
                scripts << args.script
                int status = shell(args.script, variables.inject([:]) { all, some -> all + some })
                if (args.returnStatus) return status
                if (status != 0) throw new BuildFailed("script returned exit code ${status}")
            }
        }
    }

    protected Object within(Map<String, String> more, Closure body) {
        variables.addLast(more)
        try {
            return helper.callClosure(body)
        } finally {
            variables.removeLast()
        }
    }

    protected Map<String, String> variablesOf(Map binding) {
        Map credential = credentials[binding.credentialsId]
        if (credential == null) throw new BuildFailed("Could not find credentials entry with ID '${binding.credentialsId}'")
        if (binding.usernameVariable) {
            return [(binding.usernameVariable): credential.username, (binding.passwordVariable): credential.password]
        }
        if (binding.keystoreVariable) {
            return [(binding.keystoreVariable): credential.path, (binding.passwordVariable): credential.password]
        }
        return [(binding.variable): credential.text ?: credential.path]
    }
}
