/** The designed states in which a view has nothing to show. */
import type { ReactNode } from 'react';
import type { Empty } from '../../src/messages';
import { post } from './host';

export function EmptyState({ empty, children }: { empty: Empty; children?: ReactNode }) {
  const busy = empty.state === 'loading' || empty.state === 'starting';
  const trouble = empty.state === 'error' || empty.state === 'failed';
  return (
    <div className="empty" data-state={empty.state} role={trouble ? 'alert' : 'status'}>
      {busy && <div className="busy" aria-hidden="true" />}
      <p className="empty-message">{empty.message}</p>
      {empty.detail && (trouble ? <pre className="empty-detail">{empty.detail}</pre> : <p className="empty-detail">{empty.detail}</p>)}
      {empty.actions && (
        <div className="empty-actions">
          {empty.actions.map(({ label, command, arguments: args }, index) => (
            <button key={command} className={index === 0 ? 'primary' : 'secondary'} onClick={() => post({ kind: 'command', command, arguments: args })}>
              {label}
            </button>
          ))}
        </div>
      )}
      {children}
    </div>
  );
}
