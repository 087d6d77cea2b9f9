// Preloaded into a program: writes into the file LOADED_CODE how much code it had loaded before its first request, and how
// much memory it had at most, both in bytes.

import { subscribe } from 'node:diagnostics_channel';
import { statSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

let codeBytes = 0;
let beforeRequest;

registerHooks({
  load: (url, context, next) => {
    if (url.startsWith('file:')) codeBytes += statSync(fileURLToPath(url)).size;
    return next(url, context);
  },
});
subscribe('http.client.request.start', () => {
  beforeRequest ??= codeBytes;
});
process.on('exit', () => {
  const memoryBytes = process.resourceUsage().maxRSS * 1024;
  writeFileSync(process.env.LOADED_CODE, JSON.stringify({ codeBytes: beforeRequest, memoryBytes }));
});
