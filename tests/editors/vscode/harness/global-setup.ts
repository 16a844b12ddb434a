/** Once before all tests: VS Code, the browser, the packaged extension. */
import { setUp } from '../setup.mjs';
import { ensureVsix } from './vsix.mjs';

export default function globalSetup(): void {
  setUp();
  ensureVsix();
}
