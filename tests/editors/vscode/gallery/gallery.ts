/**
 * A view's page on its own, in a theme of VS Code's, fed with messages: for what the demo does not show
 * (two hundred models, names that do not fit, every empty state). No server and no editor: those are in `specs/*.spec.ts`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { EXTENSION } from '../harness/paths.mjs';
import themes from './themes.json' with { type: 'json' };

export type Theme = keyof typeof themes;
export type View = 'lineage' | 'plan' | 'data' | 'compare';

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html' };

/** What VS Code puts into every web view. */
const OF_VSCODE = `@layer vscode-default { code { font-family: monospace; color: var(--vscode-textPreformat-foreground, #d7ba7d); background-color: var(--vscode-textPreformat-background, #8884); padding: 1px 3px; border-radius: 4px; } }`;

/** The page as VS Code would make it, theme variables included. */
function html(view: string, theme: Theme): string {
  const variables = Object.entries(themes[theme]).map(([name, value]) => `${name}: ${value};`).join(' ');
  return `<!DOCTYPE html><html style='${variables.replaceAll("'", '&#39;')}'><head><meta charset="utf-8"><link rel="stylesheet" href="style.css">
<style>${OF_VSCODE} body { background: var(--vscode-editor-background); }</style></head>
<body class="vscode-${theme}"><div id="root"></div>
<script>window.said = []; window.acquireVsCodeApi = () => ({ postMessage: (message) => window.said.push(message), getState: () => undefined, setState: () => undefined });</script>
<script type="module" src="${view}.js"></script></body></html>`;
}

export function serveViews(): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const name = path.basename(pathname);
    response.setHeader('content-type', TYPES[path.extname(name)] ?? 'text/plain');
    if (name.endsWith('.html')) response.end(html(name.replace('.html', ''), searchParams.get('theme') as Theme));
    else if (existsSync(path.join(EXTENSION, 'dist', 'views', name))) response.end(readFileSync(path.join(EXTENSION, 'dist', 'views', name)));
    else response.writeHead(404).end();
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }));
  });
}

/** Opens a view and sends it messages once it listens. */
export async function show(page: Page, url: string, view: View, theme: Theme, messages: readonly unknown[]): Promise<void> {
  await page.goto(`${url}/${view}.html?theme=${theme}`);
  await page.waitForFunction(() => (window as unknown as { said: { kind: string }[] }).said.some(({ kind }) => kind === 'ready'));
  await send(page, ...messages);
}

export async function send(page: Page, ...messages: readonly unknown[]): Promise<void> {
  for (const message of messages) await page.evaluate((data) => window.postMessage(data, '*'), message);
}
