/** Which of the `headwater.*` settings are the server's. The others are the extension's own, and the server would call them unknown. */

export const OWN_SETTINGS: readonly string[] = ['server', 'lineage', 'preview', 'trace'];

/** The answer to `workspace/configuration`, and the initialization options: the server's settings, and whether SQL may run. */
export function serverSettings(section: Readonly<Record<string, unknown>>, trusted: boolean): Record<string, unknown> {
  const kept = Object.entries(section).filter(([name, value]) => !OWN_SETTINGS.includes(name) && value !== undefined && typeof value !== 'function');
  return { ...Object.fromEntries(kept), trusted };
}
