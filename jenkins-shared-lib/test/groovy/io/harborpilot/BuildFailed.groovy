package io.harborpilot

/** What the step `error` throws. */
class BuildFailed extends RuntimeException {
    BuildFailed(String message) {
        super(message)
    }
}
