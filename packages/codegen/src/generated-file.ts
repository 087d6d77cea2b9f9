/** A file that is derived from the step declarations; its path is relative to the root of the repository. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/** First line of every generated file, behind the comment sign of its language. */
export const generatedNotice = 'Generated from the step declarations by "npm run codegen". Do not edit.';
