/** The page's way to the extension host. */
import { useEffect, useRef } from 'react';

interface Api { postMessage(message: unknown): void; getState(): unknown; setState(state: unknown): void }
declare function acquireVsCodeApi(): Api;

const api = acquireVsCodeApi();

export function post<Message>(message: Message): void {
  api.postMessage(message);
}

/** Hands each message to the handler, and says once that the page listens. */
export function useMessages<Message>(receive: (message: Message) => void): void {
  const handler = useRef(receive);
  handler.current = receive;
  useEffect(() => {
    const listen = (event: MessageEvent<Message>) => handler.current(event.data);
    window.addEventListener('message', listen);
    post({ kind: 'ready' });
    return () => window.removeEventListener('message', listen);
  }, []);
}
