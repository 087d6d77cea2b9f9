/** Version of the command; the release process keeps it equal to that of the package. */
export const version = '0.1.0';
