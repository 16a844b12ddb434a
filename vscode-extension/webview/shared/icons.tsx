/** A few line icons, drawn here so that no font is loaded. */
const PATHS = {
  fit: 'M2 5.5V2h3.5M10.5 2H14v3.5M14 10.5V14h-3.5M5.5 14H2v-3.5',
  export: 'M8 10V2M5 4.8 8 2l3 2.8M3 9v4.5h10V9',
  follow: 'M8 1.5v3M8 11.5v3M1.5 8h3M11.5 8h3M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6',
  rows: 'M2 4h12M2 8h12M2 12h12',
  funnel: 'M2 3h12L9.5 8.5V13l-3-1.5v-3z',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9M10.4 10.4 14 14',
  code: 'M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5',
  pin: 'M8 9.5V14M5 2h6l-1 4 2 3.5H4L6 6z',
  refresh: 'M13.5 8a5.5 5.5 0 1 1-1.8-4.1M13.5 2v3h-3',
  swap: 'M2 5.5h11M10 2.5l3 3-3 3M14 10.5H3M6 7.5l-3 3 3 3',
  left: 'M10 3 5 8l5 5',
  right: 'M6 3l5 5-5 5',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  run: 'M4.5 2.5v11l8.5-5.5z',
  table: 'M2 3h12v10H2zM2 6.5h12M6.5 6.5V13',
  view: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8M8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4',
  seed: 'M3 2.5h7l3 3v8H3zM10 2.5v3h3M5.5 8.5h5M5.5 11h5',
  source: 'M8 6c3.3 0 5.5-.9 5.5-2S11.3 2 8 2s-5.5.9-5.5 2S4.7 6 8 6M2.5 4v8c0 1.1 2.2 2 5.5 2s5.5-.9 5.5-2V4M2.5 8c0 1.1 2.2 2 5.5 2s5.5-.9 5.5-2',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 4.5V8l2.5 1.5',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 14 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth={1.3} strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
