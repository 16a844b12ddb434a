import { type ReactElement, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './base.css';

export function mount(element: ReactElement): void {
  const root = document.getElementById('root');
  if (!root) throw new Error('The page has no root.');
  createRoot(root).render(<StrictMode>{element}</StrictMode>);
}
