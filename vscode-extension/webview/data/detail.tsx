/** One cell in full: what its column is too narrow for. */
import { useEffect, useRef } from 'react';
import type { DataFromView } from '../../src/messages';
import { post } from '../shared/host';
import { Icon } from '../shared/icons';

export function Detail({ name, row, text, close }: { name: string; row: number; text: string; close(): void }) {
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div className="detail" role="dialog" aria-label={`${name}, row ${row}`} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <div className="detail-head">
        <strong>{name}</strong>
        <span className="label">row {row.toLocaleString('en')}</span>
        <span className="space" />
        <button className="tool" title="Copy the cell" aria-label="Copy the cell" onClick={() => post<DataFromView>({ kind: 'copy', text })}><Icon name="copy" /></button>
        <button className="tool" title="Close (Escape)" aria-label="Close" onClick={close}><Icon name="close" /></button>
      </div>
      <textarea ref={box} readOnly value={text} aria-label={`${name}, row ${row}`} spellCheck={false} />
    </div>
  );
}
