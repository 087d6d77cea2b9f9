/** What became of one file. */
export interface CreatedFile {
  readonly path: string;
  readonly action: 'made' | 'renewed' | 'kept';
  /** Why it was renewed. */
  readonly why?: string;
  readonly expiresAt: Date;
}
