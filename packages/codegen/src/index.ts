export { type GeneratorSources, generateFiles } from './generate.ts';
export type { GeneratedFile } from './generated-file.ts';
