/** What Harbor writes for "never". */
export const zeroTime = '0001-01-01T00:00:00.000Z';
