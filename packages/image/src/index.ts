export { type BuildOptions, type BuildProgress, buildImage } from './build-image.ts';
export { decompress } from './decompress.ts';
export type { BuiltImage, BuiltPlatform } from './write-image.ts';
