// Bundles the extension host's part into CommonJS files, as VS Code loads them. The language client is a file of its own: it is the
// largest part, and is read only after the server's process was started.
import { build } from 'esbuild';

const apart = {
  name: 'the client apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/client$/ }, ({ kind }) => (kind === 'dynamic-import' ? { path: './client.js', external: true } : undefined));
  },
};

await build({
  entryPoints: { extension: 'src/extension.ts', client: 'src/server/client.ts' },
  outdir: 'dist',
  bundle: true,
  minify: true,
  sourcemap: false,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
  supported: { 'dynamic-import': false }, // becomes require(): VS Code hands out the module vscode there in every version
  legalComments: 'none',
  plugins: [apart],
});
