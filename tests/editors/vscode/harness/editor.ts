/** VS Code through a person's eyes and hands. Every method waits for what it says, never for time. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Frame, type Locator, type Page } from '@playwright/test';
import { KEYS } from './keys.mjs';

const START_TIMEOUT = 90_000;

/** The element of the status bar's item. */
export const STATUS = 'headwater.headwater.headwater.status';

export class Editor {
  constructor(
    readonly page: Page,
    private readonly url: string,
    readonly folder: string,
    private readonly screenshots: string,
  ) {
    // The browser asks before it leaves a page with unsaved text: yes.
    page.on('dialog', (dialog) => void dialog.accept());
  }

  /** Opens the folder (or a .code-workspace) unless it is open, then the files, and waits until the last file's text is drawn. */
  async open(...files: string[]): Promise<void> {
    if (this.isOpen) {
      for (const file of files) await this.openFile(file);
      return void (await this.page.keyboard.press('Control+Home')); // VS Code remembers where it was scrolled to
    }
    const { host } = new URL(this.url);
    const payload = files.map((file) => ['openFile', `vscode-remote://${host}${path.resolve(this.root, file)}`]);
    const opened = this.folder.endsWith('.code-workspace') ? 'workspace' : 'folder';
    await this.page.goto(`${this.url}/?${opened}=${encodeURIComponent(this.folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    await this.page.locator('.monaco-workbench').waitFor({ timeout: START_TIMEOUT });
    const last = files.at(-1);
    if (last) await expect(this.tab(path.basename(last))).toBeVisible({ timeout: START_TIMEOUT });
    if (last) await expect(this.text.locator('.view-line').first()).toBeVisible({ timeout: START_TIMEOUT });
  }

  /** What files are named from: the folder, or the one that a .code-workspace lies in. */
  private get root(): string {
    return this.folder.endsWith('.code-workspace') ? path.dirname(this.folder) : this.folder;
  }

  private get isOpen(): boolean {
    return this.page.url().startsWith(this.url);
  }

  private get settingsFile(): string {
    return path.join(this.folder, '.vscode', 'settings.json');
  }

  /** Settings of the folder, also while it is open: VS Code watches the file. */
  configure(settings: Record<string, unknown>): void {
    mkdirSync(path.dirname(this.settingsFile), { recursive: true });
    const before = existsSync(this.settingsFile) ? (JSON.parse(readFileSync(this.settingsFile, 'utf8')) as Record<string, unknown>) : {};
    writeFileSync(this.settingsFile, JSON.stringify({ ...before, ...settings }));
  }

  clearSettings(): void {
    if (existsSync(this.settingsFile)) writeFileSync(this.settingsFile, '{}');
  }

  /** Back to a bare window: nothing unsaved, no editor, no panel, no message. */
  async closeEverything(): Promise<void> {
    if (!this.isOpen) return;
    const { keyboard } = this.page;
    const tabs = this.page.locator('.tabs-container .tab');
    const bare = async () => {
      for (const part of ['.part.sidebar', '.part.panel', '.quick-input-widget', '.context-view .monaco-menu']) await expect(this.page.locator(part).filter({ visible: true })).toHaveCount(0, { timeout: 1_000 });
      await expect(this.notifications).toHaveCount(0, { timeout: 1_000 });
    };
    await this.until(async () => {
      await keyboard.press('Escape');
      await keyboard.press(KEYS.clear);
    }, bare);
    for (let left = await tabs.count(); left > 0; left = await tabs.count()) {
      await this.until(() => keyboard.press(KEYS.revertAndClose), async () => expect.poll(() => tabs.count(), { timeout: 2_000 }).toBeLessThan(left));
    }
  }

  /** Leaves the page first: VS Code then ends the window's extension host at once, and does not wait for it to come back. */
  async close(): Promise<void> {
    await this.page.goto('about:blank');
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
    return this.page.locator(`[id="${STATUS}"]`);
  }

  get problems(): Locator {
    return this.page.locator('.markers-panel .monaco-list-row');
  }

  get notifications(): Locator {
    return this.page.locator('.notifications-toasts .notification-toast');
  }

  /** A row of the tree that is in front in the side bar, by how its text begins. */
  row(name: string): Locator {
    return this.page.locator('.sidebar .monaco-list-row', { hasText: new RegExp(`^${name}`) }).first();
  }

  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  lens(text: string | RegExp): Locator {
    return this.text.locator('.codelens-decoration a', { hasText: text }).first();
  }

  /** The server has read the workspace. */
  async ready(): Promise<void> {
    await expect(this.status).toBeVisible({ timeout: START_TIMEOUT });
    await expect(this.status).toHaveAttribute('aria-label', /Headwater/, { timeout: START_TIMEOUT });
    await expect(this.status).not.toHaveAttribute('aria-label', /starting|reading|not running|not installed|stopped/, { timeout: START_TIMEOUT });
  }

  // ---- hands ----------------------------------------------------------------------------------------------------------

  /**
   * Does something until it shows. A key or a click that comes while VS Code draws anew or moves the focus is not heard: nothing
   * tells that beforehand, so it is what it leads to that is waited for. What holds already is not done again.
   */
  async until(act: () => Promise<unknown>, shown: Locator | (() => Promise<unknown>)): Promise<void> {
    const holds = async (timeout: number) => (typeof shown === 'function' ? shown() : expect(shown).toBeVisible({ timeout }));
    let first = true;
    await expect(async () => {
      if (typeof shown === 'function' ? !first && (await holds(0).then(() => true, () => false)) : await shown.isVisible()) return;
      first = false;
      await act();
      await holds(3_000);
    }).toPass({ timeout: START_TIMEOUT, intervals: [0, 100, 500] });
  }

  /** Runs a command from the palette by its full title. The palette is asked again where its extension was not there yet. */
  async command(title: string): Promise<void> {
    const palette = this.page.locator('.quick-input-widget:visible');
    const row = palette.locator('.quick-input-list .monaco-list-row.focused', { hasText: title });
    await expect(async () => {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('F1');
      await palette.locator('input').fill(`>${title}`, { timeout: 3_000 });
      await row.waitFor({ timeout: 3_000 });
    }).toPass({ timeout: START_TIMEOUT, intervals: [0] });
    await this.accept(row);
  }

  /** Enter, until the row that it chooses is gone. */
  private async accept(row: Locator): Promise<void> {
    await expect(async () => {
      if (await row.isVisible()) await this.page.keyboard.press('Enter');
      await expect(row).toBeHidden({ timeout: 3_000 });
    }).toPass({ timeout: START_TIMEOUT, intervals: [0] });
  }

  /** Answers a file dialog: it takes a path only once it has read the folder, and until then an Enter is lost. */
  async answerPath(file: string): Promise<void> {
    const dialog = this.page.locator('.quick-input-widget:visible');
    await expect(dialog.locator('input')).not.toHaveValue(''); // it shows where it stands as soon as it has read the folder
    await expect(dialog.locator('.monaco-progress-container.active')).toHaveCount(0);
    await dialog.locator('input').fill(file);
    await expect(dialog.locator('input')).toHaveValue(file);
    await expect(async () => {
      if (await dialog.isVisible()) await this.page.keyboard.press('Enter');
      await expect(dialog).toBeHidden({ timeout: 2_000 });
    }).toPass({ timeout: START_TIMEOUT, intervals: [0] });
  }

  /** Answers the quick input that is open: types, waits for the row if there is to be one, accepts. */
  async answer(text: string, row?: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input');
    await input.fill(text);
    if (row) await this.page.locator('.quick-input-list .monaco-list-row', { hasText: row }).first().click();
    else await this.page.keyboard.press('Enter');
  }

  /** The button that shows on a row of a tree while the pointer is on it, until what it leads to shows. */
  async rowAction(name: string, title: string, shown: Locator): Promise<void> {
    await this.until(async () => {
      await this.row(name).hover();
      await this.row(name).locator(`.action-label[aria-label*="${title}"]`).click({ timeout: 3_000 });
    }, shown);
  }

  /** An entry of a menu, which a right click opens. */
  async menu(on: Locator, title: string): Promise<Locator> {
    const entry = this.page.locator('.monaco-menu .action-item', { hasText: title }).first();
    await this.until(() => on.click({ button: 'right' }), entry);
    return entry;
  }

  rowMenu(name: string, title: string): Promise<void> {
    return this.choose(this.row(name), title);
  }

  /** Opens the menu of something and takes an entry. */
  async choose(on: Locator, title: string): Promise<void> {
    const entry = await this.menu(on, title);
    await expect(async () => {
      // VS Code takes a click that comes right after the menu for the end of the one that opened it.
      if (await entry.isVisible()) await entry.click();
      await expect(entry).toBeHidden({ timeout: 1_000 });
    }).toPass({ timeout: 20_000 });
  }

  /** The side bar, on the view that has this icon. */
  async showSideBar(title: string): Promise<void> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name: title }).first();
    const bar = this.page.locator('.part.sidebar');
    await expect(async () => {
      if ((await tab.getAttribute('aria-selected')) !== 'true' || !(await bar.isVisible())) await tab.click({ timeout: 3_000 });
      await expect(tab).toHaveAttribute('aria-selected', 'true', { timeout: 3_000 });
      await expect(bar).toBeVisible({ timeout: 3_000 });
    }).toPass({ timeout: START_TIMEOUT });
  }

  /** The list of problems. Its key closes it as well. */
  async showProblems(): Promise<void> {
    await this.until(() => this.page.keyboard.press('Control+Shift+M'), this.page.locator('.markers-panel'));
  }

  /** A key that asks for something in a quick input. */
  private async ask(key: string): Promise<void> {
    await this.until(() => this.page.keyboard.press(key), this.page.locator('.quick-input-widget:visible input'));
  }

  async openFile(file: string): Promise<void> {
    await expect(async () => {
      await this.ask('Control+p');
      await this.answer(file, path.basename(file));
      await expect(this.tab(path.basename(file))).toHaveAttribute('aria-selected', 'true', { timeout: 5_000 });
    }).toPass({ timeout: START_TIMEOUT });
    await expect(this.text.locator('.view-line').first()).toBeVisible();
  }

  /** Puts the cursor on a line and column, both from 1, and the focus into the text. */
  async goTo(line: number, column = 1): Promise<void> {
    await expect(async () => {
      await this.ask('Control+g');
      await this.answer(`:${line}:${column}`);
      await expect(this.page.locator('.quick-input-widget')).toBeHidden({ timeout: 3_000 });
      await expect(this.page.locator('[id="status.editor.selection"]')).toHaveText(new RegExp(`Ln ${line}, Col ${column}`), { timeout: 3_000 });
      await expect(this.text).toHaveClass(/\bfocused\b/, { timeout: 3_000 });
    }).toPass({ timeout: START_TIMEOUT });
  }

  /** Types as a person does: no auto-closing surprises, since the text comes in one go. */
  async type(text: string): Promise<void> {
    await expect(this.text).toHaveClass(/\bfocused\b/);
    await this.page.keyboard.insertText(text);
  }

  /** Takes back what was typed, until a text is gone. */
  async undo(gone: string): Promise<void> {
    await this.until(async () => {
      await this.text.locator('.view-lines').click();
      await this.page.keyboard.press('Control+z');
    }, () => expect(this.text.locator('.view-lines')).not.toContainText(gone, { timeout: 2_000 }));
  }

  async save(): Promise<void> {
    await this.until(() => this.page.keyboard.press('Control+s'), () => expect(this.page.locator('.tabs-container .tab.active.dirty')).toHaveCount(0, { timeout: 3_000 }));
  }

  /** The middle of a word on the screen. */
  private async wordBox(word: string): Promise<{ x: number; y: number }> {
    return this.text.evaluate(
      (editor, wanted) => {
        for (const line of editor.querySelectorAll('.view-line')) {
          const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = (node.textContent ?? '').indexOf(wanted);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + wanted.length);
            const box = range.getBoundingClientRect();
            return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
          }
        }
        throw new Error(`${wanted} is not on the screen`);
      },
      word,
    );
  }

  /** Rests the pointer on a word until the hover shows text; `attempt`: how long it rests before it is moved again. */
  async hover(word: string, expected: string | RegExp, attempt = 5_000): Promise<Locator> {
    const hover = this.page.locator('.monaco-hover:not(.hidden) .monaco-hover-content, .monaco-resizable-hover .monaco-hover').filter({ hasText: expected }).first();
    await expect(async () => {
      const { x, y } = await this.wordBox(word);
      await this.page.mouse.move(x - 3, y + 80);
      await this.page.mouse.move(x, y);
      await expect(hover).toBeVisible({ timeout: attempt });
    }).toPass({ timeout: START_TIMEOUT, intervals: [0] });
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
