/** How long a frame takes while the graph is scrolled, and whether scrolling makes the page draw cards anew. */
import type { Page } from '@playwright/test';

export interface Scrolling { frames: { p50: number; p95: number; longest: number }; redrawn: number }

/** Turns the wheel a little before each of so many frames, there and back. */
export function scroll(page: Page, count: number): Promise<Scrolling> {
  return page.evaluate(async (wanted) => {
    const pane = document.querySelector('.react-flow__pane')!;
    const seen = new WeakSet<Node>();
    for (const card of document.querySelectorAll('.card')) seen.add(card);
    let redrawn = 0;
    const watch = new MutationObserver((changes) => {
      // A card that comes into the window is new; one that was there and changes was drawn anew.
      for (const { target } of changes) {
        const card = target instanceof Element ? target.closest('.card') : target.parentElement?.closest('.card');
        if (card && seen.has(card)) redrawn += 1;
      }
    });
    watch.observe(document.querySelector('.react-flow__viewport')!, { subtree: true, childList: true, characterData: true, attributes: true });
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    const times: number[] = [];
    let last = await frame();
    for (let index = 0; index < wanted; index += 1) {
      const sign = index < wanted / 2 ? 1 : -1;
      pane.dispatchEvent(new WheelEvent('wheel', { deltaX: 12 * sign, deltaY: 6 * sign, bubbles: true, cancelable: true }));
      const now = await frame();
      times.push(now - last);
      last = now;
    }
    watch.disconnect();
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
    return { frames: { p50: at(0.5), p95: at(0.95), longest: at(1) }, redrawn };
  }, count);
}
