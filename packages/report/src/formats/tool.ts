/** Who writes the reports, for formats that want to know. */
export const tool = { id: 'harbor-pilot', name: 'Harbor Pilot', version: '0.1.0' } as const;
