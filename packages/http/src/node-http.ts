/**
 * `node:http` without what an import of it brings: an ES module reads every export as it is loaded, and one of them loads
 * all of Node's WebSocket and fetch, which takes longer than the rest of a program's start.
 */
export const { Agent, request } = process.getBuiltinModule('node:http');
