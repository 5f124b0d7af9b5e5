/** Moving the focus between the areas of the window, and between the messages of a thread. */

const AREAS = ['rail', 'tabs', 'list', 'head', 'thread', 'editor', 'side'];
const lastIn = new Map<string, HTMLElement>();

/** Remembers where an area was left, so that coming back leads there. */
export function remember(event: FocusEvent): void {
  const target = event.target as HTMLElement;
  const area = target.closest<HTMLElement>('[data-area]')?.dataset.area;
  if (area) lastIn.set(area, target);
}

function visible(area: string): HTMLElement | undefined {
  const root = document.querySelector<HTMLElement>(`[data-area="${area}"]`);
  if (!root || root.offsetParent === null) return undefined;
  const last = lastIn.get(area);
  if (last?.isConnected && root.contains(last) && last.offsetParent !== null) return last;
  return root.matches('[tabindex="0"]')
    ? root
    : (root.querySelector<HTMLElement>(
        'textarea, [tabindex="0"], input, button:not([disabled]):not([tabindex="-1"])',
      ) ?? undefined);
}

export function focusArea(area: string): void {
  visible(area)?.focus();
}

export function moveArea(step: number): void {
  const here = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>('[data-area]')?.dataset.area;
  let at = here === undefined ? (step > 0 ? -1 : 0) : AREAS.indexOf(here);
  for (let i = 0; i < AREAS.length; i += 1) {
    at = (at + step + AREAS.length) % AREAS.length;
    const target = visible(AREAS[at]!);
    if (target) return target.focus();
  }
}

/**
 * To the message above or below; from elsewhere to the newest one, and from that down to the editor. Menus come a few
 * frames after the messages of a thread that was just opened: the key waits for them.
 */
export function moveMessage(step: number, frames = 60): void {
  const buttons = [...document.querySelectorAll<HTMLElement>('[data-area="thread"] [data-message-menu]')];
  if (buttons.length === 0 && frames > 0 && document.querySelector('[data-area="thread"] article')) {
    requestAnimationFrame(() => moveMessage(step, frames - 1));
    return;
  }
  const here = (document.activeElement as HTMLElement | null)?.closest('article');
  const at = buttons.findIndex((button) => here?.contains(button));
  const next = at < 0 ? (step < 0 ? buttons.at(-1) : undefined) : buttons[at + step];
  if (!next) {
    if (step > 0) focusArea('editor');
    return;
  }
  next.focus({ preventScroll: true });
  next.closest('article')?.scrollIntoView({ block: 'nearest' });
}
