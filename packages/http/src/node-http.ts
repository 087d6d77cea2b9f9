// Node's own modules for the network, when the first request needs them: with TLS and its cryptography they are a fifth of
// a program's start, in which others can work already. And an import of `node:http` by name would load all of Node's
// WebSocket and fetch, since an ES module reads every export as it is loaded.

/** `node:http`. */
export const nodeHttp = () => process.getBuiltinModule('node:http');

/** `node:https`. */
export const nodeHttps = () => process.getBuiltinModule('node:https');

/** `node:tls`. */
export const nodeTls = () => process.getBuiltinModule('node:tls');
