/** The documents that the server is asked about. */
export const SERVED: readonly { scheme: string; language?: string; pattern?: string }[] = [
  { scheme: 'file', pattern: '**/*.sql' },
  { scheme: 'file', language: 'sql' },
  { scheme: 'untitled', language: 'sql' },
];
