/** The two ways out: SVG and PNG. */
import { type FocusEvent, useEffect, useRef } from 'react';
import type { LineageFromView } from '../../src/messages';
import type { Trace } from '../../src/pure/graph';
import { post } from '../shared/host';
import type { Box } from './layout';
import { draw, themeOf, toPng } from './picture';
import type { Scene } from './view';
import type { Wire } from './wires';

interface Props { scene: Scene; boxes: ReadonlyMap<string, Box>; wires: readonly Wire[]; traced: Trace | null; name: string; close(): void }

export function ExportMenu({ scene, boxes, wires, traced, name, close }: Props) {
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  const save = async (format: 'svg' | 'png') => {
    const picture = draw(scene, boxes, wires, themeOf(document.body), traced);
    const content = format === 'svg' ? picture.svg : await toPng(picture);
    post<LineageFromView>({ kind: 'export', format, name: `lineage-${name}`, content });
    close();
  };
  /** Whoever goes elsewhere has left the menu; its own button closes it by itself. */
  const left = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!currentTarget.contains(relatedTarget) && !relatedTarget?.matches('[aria-pressed="true"]')) close();
  };
  return (
    <div className="export-menu" role="menu" aria-label="Export" onBlur={left} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <button ref={first} role="menuitem" onClick={() => void save('svg')}>Save as SVG…</button>
      <button role="menuitem" onClick={() => void save('png')}>Save as PNG…</button>
    </div>
  );
}
