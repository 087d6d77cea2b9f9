// A module of our own, since the named exports of a CommonJS package do not survive being loaded by `import()` in a bundle.
export { isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
