/** VS Code through a person's eyes and hands. Every method waits for what it says, never for time. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Frame, type Locator, type Page } from '@playwright/test';
import { KEYS } from './keys.mjs';

const START_TIMEOUT = 90_000;

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
    await this.page.keyboard.press('Escape');
    await this.page.keyboard.press(KEYS.clear);
    const tabs = this.page.locator('.tabs-container .tab');
    for (let left = await tabs.count(); left > 0; left = await tabs.count()) {
      await this.page.keyboard.press(KEYS.revertAndClose);
      await expect.poll(() => tabs.count()).toBeLessThan(left);
    }
    await expect(this.notifications).toHaveCount(0);
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
    return this.page.locator('#headwater\\.headwater\\.headwater\\.status, [id="headwater.headwater.headwater.status"]').first();
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

  /** Runs a command from the palette by its full title. The palette is asked again where its extension was not there yet. */
  async command(title: string): Promise<void> {
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    await expect(async () => {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('F1');
      await this.page.locator('.quick-input-widget:visible input').fill(`>${title}`);
      await row.waitFor({ timeout: 3_000 });
    }).toPass({ timeout: START_TIMEOUT, intervals: [0] });
    await this.page.keyboard.press('Enter');
    await expect(row).toBeHidden();
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

  /** The button that shows on a row of a tree while the pointer is on it. */
  async rowAction(name: string, title: string): Promise<void> {
    await this.row(name).hover();
    await this.row(name).locator(`.action-label[aria-label*="${title}"]`).click();
  }

  async rowMenu(name: string, title: string): Promise<void> {
    await this.row(name).click({ button: 'right' });
    const entry = this.page.locator('.monaco-menu .action-item', { hasText: title }).first();
    await expect(entry).toBeVisible();
    await expect(async () => {
      // VS Code takes a click that comes right after the menu for the end of the one that opened it.
      if (await entry.isVisible()) await entry.click();
      await expect(entry).toBeHidden({ timeout: 1_000 });
    }).toPass({ timeout: 20_000 });
  }

  /** The side bar, on the view that has this icon. */
  async showSideBar(title: string): Promise<void> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name: title }).first();
    if ((await tab.getAttribute('aria-selected')) !== 'true' || !(await this.page.locator('.part.sidebar').isVisible())) await tab.click();
    await expect(this.page.locator('.part.sidebar')).toBeVisible();
  }

  /** A key that asks for something: pressed until it is heard, since a window that loads or moves the focus hears nothing. */
  private async press(key: string): Promise<void> {
    const asked = this.page.locator('.quick-input-widget:visible input');
    await expect(async () => {
      if (!(await asked.isVisible())) await this.page.keyboard.press(key);
      await expect(asked).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: START_TIMEOUT });
  }

  async openFile(file: string): Promise<void> {
    await this.press('Control+p');
    await this.answer(file, path.basename(file));
    await expect(this.tab(path.basename(file))).toHaveAttribute('aria-selected', 'true');
    await expect(this.text.locator('.view-line').first()).toBeVisible();
  }

  /** Puts the cursor on a line and column, both from 1. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.press('Control+g');
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

  /** Hovers a word until the hover shows text; `again`: as often as it takes, for a server that is not there yet. */
  async hover(word: string, expected: string | RegExp, { again = false } = {}): Promise<Locator> {
    const hover = this.page.locator('.monaco-hover:not(.hidden) .monaco-hover-content, .monaco-resizable-hover .monaco-hover').filter({ hasText: expected }).first();
    const rest = async (timeout?: number) => {
      const { x, y } = await this.wordBox(word);
      await this.page.mouse.move(x - 3, y + (again ? 80 : 0));
      await this.page.mouse.move(x, y);
      await expect(hover).toBeVisible({ timeout });
    };
    if (again) await expect(() => rest(900)).toPass({ timeout: START_TIMEOUT, intervals: [0] });
    else await rest();
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
