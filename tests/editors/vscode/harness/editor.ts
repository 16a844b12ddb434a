/** VS Code through a person's eyes and hands. Every method waits for what it says, never for time. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Frame, type Locator, type Page } from '@playwright/test';

const START_TIMEOUT = 45_000;

export class Editor {
  constructor(
    readonly page: Page,
    private readonly url: string,
    readonly folder: string,
    private readonly screenshots: string,
  ) {}

  /** Opens the folder (or a .code-workspace) with files, and waits until the last file's text is drawn. */
  async open(...files: string[]): Promise<void> {
    const { host } = new URL(this.url);
    const payload = files.map((file) => ['openFile', `vscode-remote://${host}${path.join(this.folder, file)}`]);
    const opened = this.folder.endsWith('.code-workspace') ? 'workspace' : 'folder';
    await this.page.goto(`${this.url}/?${opened}=${encodeURIComponent(this.folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    await this.page.locator('.monaco-workbench').waitFor({ timeout: START_TIMEOUT });
    const last = files.at(-1);
    if (last) await expect(this.tab(path.basename(last))).toBeVisible({ timeout: START_TIMEOUT });
    if (last) await expect(this.text.locator('.view-line').first()).toBeVisible({ timeout: START_TIMEOUT });
  }

  /** Settings of the folder, also while it is open: VS Code watches the file. */
  configure(settings: Record<string, unknown>): void {
    const file = path.join(this.folder, '.vscode', 'settings.json');
    mkdirSync(path.dirname(file), { recursive: true });
    const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
    writeFileSync(file, JSON.stringify({ ...before, ...settings }));
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  // ---- places ---------------------------------------------------------------------------------------------------------

  tab(name: string): Locator {
    return this.page.locator('.tabs-container .tab', { hasText: name }).first();
  }

  /** The text editor in front. */
  get text(): Locator {
    return this.page.locator('.editor-group-container.active .editor-instance .monaco-editor').first();
  }

  get status(): Locator {
    return this.page.locator('#headwater\\.headwater\\.headwater\\.status, [id="headwater.headwater.headwater.status"]').first();
  }

  get problems(): Locator {
    return this.page.locator('.markers-panel .monaco-list-row');
  }

  get notifications(): Locator {
    return this.page.locator('.notifications-toasts .notification-toast');
  }

  lens(text: string | RegExp): Locator {
    return this.text.locator('.codelens-decoration a', { hasText: text }).first();
  }

  /** The server has read the workspace. */
  async ready(): Promise<void> {
    await expect(this.status).toBeVisible({ timeout: START_TIMEOUT });
    await expect(this.status).toHaveAttribute('aria-label', /Headwater/, { timeout: START_TIMEOUT });
    await expect(this.status).not.toHaveAttribute('aria-label', /starting|reading|not running/, { timeout: START_TIMEOUT });
  }

  // ---- hands ----------------------------------------------------------------------------------------------------------

  /** Runs a command from the palette by its full title. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget:visible input');
    await input.fill(`>${title}`);
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    await row.waitFor();
    await this.page.keyboard.press('Enter');
    await expect(row).toBeHidden();
  }

  /** Answers the quick input that is open: types, waits for the row if there is to be one, accepts. */
  async answer(text: string, row?: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input');
    await input.fill(text);
    if (row) await this.page.locator('.quick-input-list .monaco-list-row', { hasText: row }).first().click();
    else await this.page.keyboard.press('Enter');
  }

  async openFile(file: string): Promise<void> {
    await this.page.keyboard.press('Control+p');
    await this.answer(file, path.basename(file));
    await expect(this.tab(path.basename(file))).toHaveAttribute('aria-selected', 'true');
    await expect(this.text.locator('.view-line').first()).toBeVisible();
  }

  /** Puts the cursor on a line and column, both from 1. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.page.keyboard.press('Control+g');
    await this.answer(`:${line}:${column}`);
    await expect(this.page.locator('.quick-input-widget')).toBeHidden();
    await expect(this.page.locator('[id="status.editor.selection"]')).toHaveText(new RegExp(`Ln ${line}, Col ${column}`));
  }

  /** Types as a person does: no auto-closing surprises, since the text comes in one go. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.insertText(text);
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('Control+s');
    await expect(this.page.locator('.tabs-container .tab.active.dirty')).toHaveCount(0);
  }

  /** The middle of a word on the screen. */
  private async wordBox(word: string, nth: number): Promise<{ x: number; y: number }> {
    return this.text.evaluate(
      (editor, [wanted, index]) => {
        let left = index as number;
        for (const line of editor.querySelectorAll('.view-line')) {
          const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = (node.textContent ?? '').indexOf(wanted as string);
            if (at < 0 || left-- > 0) continue;
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + (wanted as string).length);
            const box = range.getBoundingClientRect();
            return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
          }
        }
        throw new Error(`${String(wanted)} is not on the screen`);
      },
      [word, nth] as const,
    );
  }

  /** Hovers a word until the hover shows text. */
  async hover(word: string, expected: string | RegExp, nth = 0): Promise<Locator> {
    const box = await this.wordBox(word, nth);
    await this.page.mouse.move(box.x - 3, box.y);
    await this.page.mouse.move(box.x, box.y);
    const hover = this.page.locator('.monaco-hover:not(.hidden) .monaco-hover-content, .monaco-resizable-hover .monaco-hover').filter({ hasText: expected }).first();
    await expect(hover).toBeVisible();
    return hover;
  }

  // ---- web views ------------------------------------------------------------------------------------------------------

  /** The inner document of one of our web views, by the name in its title. */
  async view(name: 'lineage' | 'plan' | 'data' | 'compare'): Promise<Frame> {
    let found: Frame | undefined;
    await expect
      .poll(async () => {
        found = undefined;
        for (const frame of this.page.frames()) {
          if ((await frame.title().catch(() => '')) === `Headwater ${name}`) found = frame;
        }
        return found !== undefined;
      }, { message: `the ${name} view`, timeout: 20_000 })
      .toBe(true);
    return found!;
  }

  async screenshot(name: string): Promise<string> {
    mkdirSync(this.screenshots, { recursive: true });
    const file = path.join(this.screenshots, `${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }
}
