/** The graph as one SVG text, drawn anew from the scene: no page is photographed, so all of it is there, at any zoom. */
import { CARD, type Card, portOffset, type Trace } from '../../src/pure/graph';
import type { Box } from './layout';
import type { Scene } from './view';
import { curve, type Wire } from './wires';

export interface Theme { background: string; card: string; line: string; text: string; muted: string; accent: string; breaking: string; nonBreaking: string; metadata: string; font: string }

const MARGIN = 24;
const escape = (text: string) => text.replace(/[&<>"']/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[sign] ?? sign);
const shorten = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

export function themeOf(element: HTMLElement): Theme {
  const style = getComputedStyle(element);
  const colour = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback;
  return {
    background: colour('--vscode-editor-background', '#1e1e1e'),
    card: colour('--vscode-editorWidget-background', '#252526'),
    line: colour('--vscode-panel-border', colour('--vscode-contrastBorder', '#454545')),
    text: colour('--vscode-foreground', '#cccccc'),
    muted: colour('--vscode-descriptionForeground', '#9d9d9d'),
    accent: colour('--vscode-textLink-foreground', '#3794ff'),
    breaking: colour('--vscode-charts-red', '#f14c4c'),
    nonBreaking: colour('--vscode-charts-green', '#89d185'),
    metadata: colour('--vscode-charts-blue', '#3794ff'),
    font: style.fontFamily || 'sans-serif',
  };
}

function categoryColour(theme: Theme, category: string | undefined): string {
  if (category === 'breaking') return theme.breaking;
  if (category === 'non_breaking') return theme.nonBreaking;
  return category === 'metadata' ? theme.metadata : theme.line;
}

function cardSvg(card: Card, box: Box, theme: Theme, faded: boolean): string {
  const model = card.model.name;
  const colour = categoryColour(theme, card.touch?.category);
  const parts = [
    `<rect width="${CARD.width}" height="${card.height}" rx="4" fill="${theme.card}" stroke="${colour}" stroke-width="${card.touch ? 1.5 : 1}"/>`,
    `<text x="12" y="${CARD.header / 2 + 4.5}" font-weight="600" fill="${theme.text}">${escape(shorten(model, card.touch ? 20 : 30))}</text>`,
  ];
  if (card.touch) parts.push(`<text x="${CARD.width - 10}" y="${CARD.header / 2 + 4}" text-anchor="end" font-size="10.5" fill="${colour}">${escape(card.touch.category.replace('_', '-'))}</text>`);
  if (card.rows.length > 0) parts.push(`<line x1="0" x2="${CARD.width}" y1="${CARD.header}" y2="${CARD.header}" stroke="${theme.line}"/>`);
  for (const row of card.rows) {
    const y = portOffset(card, row.name) + 4;
    const fill = row.mark === 'added' ? theme.nonBreaking : row.mark ? theme.breaking : theme.text;
    parts.push(`<text x="14" y="${y}" fill="${fill}">${escape(shorten(row.name, 22))}</text>`);
    parts.push(`<text x="${CARD.width - 10}" y="${y}" text-anchor="end" font-size="10.5" fill="${theme.muted}">${escape(shorten(row.type.toLowerCase(), 14))}</text>`);
  }
  if (card.hidden > 0) parts.push(`<text x="14" y="${card.height - 8}" font-size="10.5" fill="${theme.muted}">${card.hidden} more columns</text>`);
  return `<g transform="translate(${box.x} ${box.y})"${faded ? ' opacity="0.4"' : ''}>${parts.join('')}</g>`;
}

function wireSvg(wire: Wire, boxes: ReadonlyMap<string, Box>, theme: Theme): string {
  const drawn = curve(wire, boxes);
  if (!drawn) return '';
  const { look, lit, faded, category } = wire.data;
  const colour = look === 'model' ? categoryColour(theme, category) : theme.accent;
  const dash = look === 'indirect' ? ' stroke-dasharray="5 4"' : look === 'rows' ? ' stroke-dasharray="2 3"' : '';
  return `<path d="${drawn.path}" fill="none" stroke="${colour}" stroke-width="${lit ? 1.8 : 1.2}"${dash}${faded ? ' opacity="0.4"' : ''}/>`;
}

export interface Picture { svg: string; width: number; height: number }

export function draw(scene: Scene, boxes: ReadonlyMap<string, Box>, wires: readonly Wire[], theme: Theme, traced: Trace | null): Picture {
  const placed = [...scene.cards].flatMap(([name, card]) => (boxes.has(name) ? [{ name, card, box: boxes.get(name)! }] : []));
  const width = Math.max(0, ...placed.map(({ box }) => box.x + CARD.width)) + 2 * MARGIN;
  const height = Math.max(0, ...placed.map(({ box, card }) => box.y + card.height)) + 2 * MARGIN;
  const faded = (name: string, card: Card) => (traced ? !traced.models.has(name) : scene.rippling && !card.touch);
  const body = [...wires.map((wire) => wireSvg(wire, boxes, theme)), ...placed.map(({ name, card, box }) => cardSvg(card, box, theme, faded(name, card)))].join('\n');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escape(theme.font)}" font-size="12">
<rect width="100%" height="100%" fill="${theme.background}"/>
<g transform="translate(${MARGIN} ${MARGIN})">
${body}
</g>
</svg>
`;
  return { svg, width, height };
}

/** Larger pictures are scaled down: a canvas has its limits. */
const MOST_PIXELS = 8000;

export async function toPng({ svg, width, height }: Picture): Promise<string> {
  const scale = Math.min(2, MOST_PIXELS / Math.max(width, height));
  const image = new Image();
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.ceil(width * scale);
    canvas.height = Math.ceil(height * scale);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL('image/png').split(',')[1] ?? '';
  } finally {
    URL.revokeObjectURL(address);
  }
}
