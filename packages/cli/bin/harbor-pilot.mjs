#!/usr/bin/env node
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `harbor-pilot needs Node.js 24 or newer; this is ${process.version}. Install Node.js 24, or put it first on PATH.`,
  );
  process.exit(2);
}
await import('../dist/main.js');
