import type { Page } from '@playwright/test';

/** What a layout must bear: texts half as long again, or written from right to left. */
export type Pseudo = 'long' | 'rtl';

/**
 * Rewrites every word that the page shows, as it shows it: accented and longer, as German is; or in Arabic letters with the
 * whole interface mirrored. Texts of contacts are rewritten as well.
 */
export async function speakPseudo(page: Page, pseudo: Pseudo): Promise<void> {
  await page.addInitScript((pseudo) => {
    const ACCENTS: Record<string, string> = {
      a: 'á',
      e: 'ê',
      i: 'í',
      o: 'ö',
      u: 'ü',
      n: 'ñ',
      c: 'ç',
      A: 'Å',
      E: 'É',
      O: 'Ø',
    };
    const ARABIC = 'ابتثجحخدذرزسشصضطظعغفقكلمنهوي';
    const MARK = '\u2063'; // invisible: what carries it was rewritten
    const long = (text: string) =>
      text.replace(/[a-zA-Z]/g, (char) => ACCENTS[char] ?? char) + ' ẋ'.repeat(Math.ceil(text.trim().length / 5));
    const arabic = (text: string) => text.replace(/[\p{L}]/gu, (char) => ARABIC[char.codePointAt(0)! % ARABIC.length]!);
    const rewrite = (text: string) =>
      text.startsWith(MARK) || !/\p{L}{2}/u.test(text) ? text : MARK + (pseudo === 'long' ? long(text) : arabic(text));
    const visit = (node: Node) => {
      if (node.nodeType === Node.TEXT_NODE) {
        if (node.parentElement?.closest('script, style, kbd, textarea')) return;
        const next = rewrite(node.nodeValue ?? '');
        if (next !== node.nodeValue) node.nodeValue = next;
      } else if (node instanceof Element) {
        const hint = node.getAttribute('placeholder');
        if (hint !== null && rewrite(hint) !== hint) node.setAttribute('placeholder', rewrite(hint));
        for (const child of node.childNodes) visit(child);
      }
    };
    new MutationObserver((records) => {
      for (const record of records) {
        if (record.type === 'characterData') visit(record.target);
        else if (record.type === 'attributes') visit(record.target);
        for (const node of record.addedNodes) visit(node);
      }
    }).observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: ['placeholder'],
    });
    if (pseudo === 'rtl') {
      document.addEventListener('DOMContentLoaded', () => (document.documentElement.dir = 'rtl'));
    }
  }, pseudo);
}

/** Words that are cut without a sign that they are, and controls that cannot be reached: each as a line. */
export function misfits(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth)
      found.push(`the page is ${root.scrollWidth} px wide in ${root.clientWidth}`);
    const name = (element: Element) =>
      `${element.tagName.toLowerCase()}.${element.className.toString().split(' ')[0]} “${(element.textContent ?? '').trim().slice(0, 40)}”`;
    const modal = document.querySelector('dialog[open]');
    for (const element of (modal ?? document.body).querySelectorAll<HTMLElement>('*')) {
      if (
        !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) ||
        element.closest('.vh, emoji-picker, [aria-hidden=true]')
      )
        continue;
      const style = getComputedStyle(element);
      const words = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.nodeValue!.trim() !== '',
      );
      // Text that does not fit must end in an ellipsis, or its box must scroll.
      if (words && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1) {
        const told = style.textOverflow === 'ellipsis' || ['auto', 'scroll'].includes(style.overflowX);
        if (!told && style.overflowX !== 'visible') found.push(`cut: ${name(element)}`);
      }
      if (!element.matches('button, a, input, select, textarea, [tabindex="0"]')) continue;
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      // Reached by scrolling, or not at all.
      let scrolls = false;
      let clip: DOMRect | undefined;
      for (let parent = element.parentElement; parent; parent = parent.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(parent);
        if ([overflowX, overflowY].some((one) => one === 'auto' || one === 'scroll')) scrolls = true;
        else if (overflowX === 'hidden') clip ??= parent.getBoundingClientRect();
      }
      if (scrolls) continue;
      const right = Math.min(innerWidth, clip?.right ?? innerWidth);
      const left = Math.max(0, clip?.left ?? 0);
      if (box.right > right + 1 || box.left < left - 1 || box.bottom > innerHeight + 1)
        found.push(`outside: ${name(element)}`);
    }
    return [...new Set(found)];
  });
}
