package io.harborpilot

import static org.junit.Assert.assertEquals
import static org.junit.Assert.assertFalse
import static org.junit.Assert.assertTrue
import static org.junit.Assert.fail

import groovy.json.JsonOutput
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

/** What the variables of the library make of their arguments; the command is played by the test. */
class StepsTest extends Bench {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder()

    private Map<String, String> environment = [:]
    private Map result = [outputs: [:]]
    private int status = 0
    /** Plays what a login does to its folder. */
    private Closure onLogin = { String dockerConfig -> }
    /** Hears of each step. */
    private Closure onStep = { Map given -> }
    /** Sizes of the command files that the scripts found. */
    private List<Long> commandSizes = []

    @Override
    protected File makeWorkspace() {
        return folder.newFolder('workspace')
    }

    @Override
    protected int shell(String script, Map<String, String> given) {
        environment = given
        onStep(given)
        if (given.HARBOR_PILOT_DOCKER_CONFIG) onLogin(given.HARBOR_PILOT_DOCKER_CONFIG)
        File resultFile = new File(here(), given.HARBOR_PILOT_RESULT_FILE)
        commandSizes << new File(resultFile.parentFile, 'harbor-pilot.mjs').length()
        if (result != null) resultFile.text = JsonOutput.toJson(result)
        return status
    }

    private Object run(String pipeline) {
        new File(workspace, 'Jenkinsfile').text = "@Library('harbor-pilot') _\n${pipeline}\n"
        return runScript('Jenkinsfile')
    }

    private String failureOf(String pipeline) {
        try {
            run(pipeline)
        } catch (BuildFailed failure) {
            return failure.message
        }
        fail('the build did not fail')
        return null
    }

    @Test
    void 'gives arguments to the command as variables, lists as lines'() {
        run("harborRelease(image: 'shop/hello', tags: ['1.0', 'latest'], onlyFixed: true, scanTimeout: 90)")
        assertEquals('shop/hello', environment.HARBOR_PILOT_IMAGE)
        assertEquals('1.0\nlatest', environment.HARBOR_PILOT_TAGS)
        assertEquals('true', environment.HARBOR_PILOT_ONLY_FIXED)
        assertEquals('90', environment.HARBOR_PILOT_SCAN_TIMEOUT)
        assertFalse(environment.containsKey('HARBOR_PILOT_SEVERITY_CUTOFF'))
    }

    @Test
    void 'leaves out what is null'() {
        run("harborScanGate(image: 'shop/hello', digest: null)")
        assertFalse(environment.containsKey('HARBOR_PILOT_DIGEST'))
    }

    @Test
    void 'takes arrays and maps, and leaves out what is null in a list'() {
        run("harborRelease(tags: [null, '1.0'], manifests: [null], labels: [team: 'shop', build: 7], platforms: 'linux/amd64,linux/arm64'.split(','))")
        assertEquals('1.0', environment.HARBOR_PILOT_TAGS)
        assertEquals('', environment.HARBOR_PILOT_MANIFESTS)
        assertEquals('team=shop\nbuild=7', environment.HARBOR_PILOT_LABELS)
        assertEquals('linux/amd64\nlinux/arm64', environment.HARBOR_PILOT_PLATFORMS)
    }

    @Test
    void 'runs on Windows'() {
        isUnix = false
        run("harborRelease(image: 'shop/hello')")
        assertEquals('shop/hello', environment.HARBOR_PILOT_IMAGE)
    }

    @Test
    void 'returns outputs by camel-case names'() {
        result = [outputs: [digest: 'sha256:00', 'key-id': 'abc']]
        Map outputs = run("return harborSign(image: 'shop/hello')") as Map
        assertEquals([digest: 'sha256:00', keyId: 'abc'], outputs)
    }

    @Test
    void 'puts the command into a folder of the call, and takes it away again'() {
        run("harborLogin(registry: 'harbor.example.com')")
        assertTrue(commandSizes[0] > 100_000)
        assertTrue(scripts[0], scripts[0] ==~ /node "\.harbor-pilot\/[-0-9a-f]{36}\/harbor-pilot\.mjs" login/)
        assertEquals([], new File(workspace, '.harbor-pilot').list().toList())
    }

    @Test
    void 'leaves nothing behind when the step fails'() {
        status = 5
        failureOf("harborPush(image: 'shop/hello')")
        assertEquals([], new File(workspace, '.harbor-pilot').list().toList())
    }

    @Test
    void 'keeps calls of the same step apart'() {
        run('''
            def first = harborSign(image: 'shop/a')
            def second = harborSign(image: 'shop/b')
        ''')
        assertEquals(2, scripts.toSet().size())
    }

    @Test
    void 'works in the folder of dir'() {
        result = [outputs: [digest: 'sha256:00']]
        assertEquals('sha256:00', run("dir('sub') { return harborBuild(image: 'shop/hello').digest }"))
        assertTrue(new File(workspace, 'sub/.harbor-pilot').isDirectory())
        assertFalse(new File(workspace, '.harbor-pilot').exists())
    }

    @Test
    void 'takes the names that users of other tools know'() {
        run("harborScanGate(subjectName: 'shop/hello', severity: 'low', timeout: 90)")
        assertEquals('shop/hello', environment.HARBOR_PILOT_IMAGE)
        assertEquals('low', environment.HARBOR_PILOT_SEVERITY_CUTOFF)
        assertEquals('90', environment.HARBOR_PILOT_SCAN_TIMEOUT)
    }

    @Test
    void 'refuses two names of the same input'() {
        String message = failureOf("harborScanGate(severity: 'low', severityCutoff: 'high')")
        assertTrue(message, message.startsWith("[INPUT_INVALID] the arguments 'severity' and 'severityCutoff' are both given. Hint: "))
        assertTrue(scripts.isEmpty())
    }

    @Test
    void 'refuses an argument that the step does not have'() {
        String message = failureOf("harborScanGate(image: 'shop/hello', severtyCutoff: 'high')")
        assertTrue(message, message.startsWith("[INPUT_INVALID] unknown argument 'severtyCutoff'. Hint: Known are "))
        assertTrue(message, message.contains('severityCutoff'))
        assertTrue(scripts.isEmpty())
    }

    @Test
    void 'says of a secret that it is given as a credential, and does not show it'() {
        String message = failureOf("harborLogin(registry: 'harbor.example.com', password: 'p4ss-of-robot')")
        assertTrue(message, message.startsWith("[INPUT_INVALID] unknown argument 'password'. Hint: A secret is given by the id of its credential. Known are brokerCredentialsId, "))
        assertFalse(message, message.contains('p4ss') || message.contains('caCertificate'))
    }

    @Test
    void 'ends the build with code, message and hint of the step'() {
        status = 5
        result = [outputs: [:], error: [code: 'GATE_REFUSED', message: 'refused by 2 vulnerabilities', hint: 'Update ms.', exitCode: 5]]
        assertEquals('[GATE_REFUSED] refused by 2 vulnerabilities Hint: Update ms.', failureOf("harborScanGate(image: 'shop/hello')"))
    }

    @Test
    void 'keeps the reports of an image that was refused, as far as there are plugins for it'() {
        status = 5
        result = [
            outputs: [
                junit: '.harbor-pilot/gate/r.xml', sarif: '.harbor-pilot/gate/r.sarif', 'gate-reports': '.harbor-pilot/gate',
                record: 'harbor-pilot.json', report: "${workspace}/harbor-pilot.html".toString(),
            ],
            error: [code: 'GATE_REFUSED', message: 'refused', exitCode: 5],
        ]
        assertEquals('[GATE_REFUSED] refused', failureOf("harborScanGate(image: 'shop/hello')"))
        assertTrue(log.toString(), log.toString().contains('junit .harbor-pilot/gate/r.xml\n'))
        assertTrue(log.toString(), log.toString().contains('archiveArtifacts .harbor-pilot/gate,.harbor-pilot/gate/**,harbor-pilot.json,harbor-pilot.json/**,harbor-pilot.html,harbor-pilot.html/**\n'))
        assertTrue(log.toString(), log.toString().contains('not shown by Jenkins: '))
    }

    @Test
    void 'leaves out a hint that there is not'() {
        status = 4
        result = [outputs: [:], error: [code: 'NETWORK_UNREACHABLE', message: 'no route', exitCode: 4]]
        assertEquals('[NETWORK_UNREACHABLE] no route', failureOf("harborPush(image: 'shop/hello')"))
    }

    @Test
    void 'says that the command could not be started'() {
        status = 127
        result = null
        String message = failureOf("harborPush(image: 'shop/hello')")
        assertTrue(message, message.startsWith('[INTERNAL] harbor-pilot push ended with 127. Hint: '))
    }

    @Test
    void 'gives credentials as variables and never as text of a script'() {
        credentials = [
            harbor  : [username: 'robot$shop+release', password: 'p4ss-of-robot'],
            pull    : [username: 'robot$shop+pull', password: 'p4ss-of-pull'],
            key     : [path: '/secrets/key.pem'],
            password: [text: 'p4ss-of-key'],
            kube    : [path: '/secrets/kubeconfig'],
            client  : [path: '/secrets/client.p12', password: 'p4ss-of-client'],
        ]
        run("harborRelease(credentialsId: 'harbor', pullCredentialsId: 'pull', keyCredentialsId: 'key', keyPasswordCredentialsId: 'password', kubeconfigCredentialsId: 'kube', clientCertificateCredentialsId: 'client')")
        assertEquals([
            HARBOR_PILOT_USERNAME     : 'robot$shop+release',
            HARBOR_PILOT_PASSWORD     : 'p4ss-of-robot',
            HARBOR_PILOT_PULL_USERNAME: 'robot$shop+pull',
            HARBOR_PILOT_PULL_PASSWORD: 'p4ss-of-pull',
            HARBOR_PILOT_KEY          : '/secrets/key.pem',
            HARBOR_PILOT_KEY_PASSWORD : 'p4ss-of-key',
            HARBOR_PILOT_KUBECONFIG   : '/secrets/kubeconfig',
            HARBOR_PILOT_CLIENT_CERTIFICATE: '/secrets/client.p12',
            HARBOR_PILOT_CLIENT_KEY_PASSWORD: 'p4ss-of-client',
        ], environment.findAll { name, value -> name != 'HARBOR_PILOT_RESULT_FILE' })
        assertFalse(scripts.join('\n').contains('p4ss'))
        assertFalse(log.toString().contains('p4ss'))
    }

    @Test
    void 'logs in for a block, in a folder of its own that goes with it'() {
        credentials = [harbor: [username: 'robot$shop+release', password: 'p4ss-of-robot'], list: [text: 'p4ss-of-list']]
        String login = "withHarborLogin(registry: 'harbor.example.com', credentialsId: 'harbor', registryAuthCredentialsId: 'list')"
        Object first = run("return ${login} { harborPush(image: 'shop/hello:1'); 'done' }")
        assertEquals('done', first)
        String dockerConfig = environment.DOCKER_CONFIG
        assertTrue(dockerConfig, dockerConfig.startsWith("${workspace}@tmp/harbor-pilot-login-"))
        assertEquals("${dockerConfig}/auth.json".toString(), environment.REGISTRY_AUTH_FILE)
        assertFalse(environment.containsKey('HARBOR_PILOT_PASSWORD'))

        run("${login} { harborPush(image: 'shop/hello:1') }")
        assertFalse(environment.DOCKER_CONFIG == dockerConfig)

        String kept = null
        onLogin = { given -> kept = given; new File(given).mkdirs() }
        String message = failureOf("${login} { error('the block failed') }")
        assertEquals('the block failed', message)
        assertTrue(kept, kept != null && !new File(kept).exists())
        assertEquals('p4ss-of-list', environment.HARBOR_PILOT_REGISTRY_AUTH)
        assertFalse(scripts.join('\n').contains('p4ss'))
    }

    @Test
    void 'has the programs of a block trust the authority'() {
        credentials = [harbor: [username: 'robot$shop+release', password: 'p4ss-of-robot']]
        result = [outputs: [registry: 'harbor.example.com', 'ca-bundle': '/trust/ca-bundle.crt']]
        run("withHarborLogin(registry: 'harbor.example.com', credentialsId: 'harbor', exportCa: true) { harborPush(image: 'shop/hello:1') }")
        assertEquals(['/trust/ca-bundle.crt'] * 3, ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'].collect { environment[it] })
        assertEquals("${environment.DOCKER_CONFIG}/registry-trust/ca-extra.crt".toString(), environment.NODE_EXTRA_CA_CERTS)
    }

    @Test
    void 'deletes the robot account of a block when it ends, whatever it ended with'() {
        credentials.broker = [username: 'admin', password: 'p4ss-of-broker']
        List<Map> logouts = []
        onStep = { Map given -> if (given.HARBOR_PILOT_ROBOT_ID) logouts << given }
        result = [outputs: [registry: 'harbor.example.com,other.example.com', 'robot-id': '7', username: 'robot$shop+x']]
        String login = "withHarborLogin(registry: 'harbor.example.com', brokerCredentialsId: 'broker', robotPreset: 'push', caCertificate: 'ca.crt')"
        assertEquals('done', run("return ${login} { 'done' }"))
        Map given = logouts[0]
        assertEquals(['7', 'harbor.example.com', 'ca.crt', 'p4ss-of-broker'], [given.HARBOR_PILOT_ROBOT_ID, given.HARBOR_PILOT_REGISTRY, given.HARBOR_PILOT_CA_CERTIFICATE, given.HARBOR_PILOT_BROKER_PASSWORD])
        assertTrue(scripts.last(), scripts.last().endsWith(' logout'))

        onStep = { Map one -> if (one.HARBOR_PILOT_ROBOT_ID) result = [error: [code: 'AUTH_DENIED', message: 'no']] }
        assertEquals('the block failed', failureOf("${login} { error('the block failed') }"))
        assertTrue(log.toString(), log.contains('the robot account robot$shop+x stays for now: [AUTH_DENIED] no'))
    }

    @Test
    void 'works inside node, stage and a loop'() {
        result = [outputs: [digest: 'sha256:00']]
        Object digests = run('''
            def digests = []
            node {
                stage('sign') {
                    def names = ['shop/a', 'shop/b']
                    for (int i = 0; i < names.size(); i++) {
                        digests << "${names[i]} ${harborSign(image: names[i]).digest}".toString()
                    }
                }
            }
            return digests
        ''')
        assertEquals(['shop/a sha256:00', 'shop/b sha256:00'], digests)
        assertEquals(2, scripts.size())
    }
}
