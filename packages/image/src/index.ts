export { type BuildOptions, type BuildProgress, buildImage } from './build-image.ts';
export type { BuiltImage, BuiltPlatform } from './write-image.ts';
