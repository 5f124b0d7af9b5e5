import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Locator, type Page, test as base } from '@playwright/test';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Office, type PhoneContact } from './office';

export { expect };

/** With PARLEY_PICTURES=1 states are pictured instead of checked: every one in light and dark at three sizes. */
const PICTURES = process.env.PARLEY_PICTURES === '1';
const FOLDER = resolve(import.meta.dirname, '../../build/screenshots');
const SIZES = [
  { width: 960, height: 600 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
const SCHEMES = ['light', 'dark'] as const;

/** What an agent sees and does. Things are found by role and name, as a screen reader finds them. */
export class Desk {
  readonly trouble: string[] = [];
  /** Complaints of the application that a test brings about. */
  expected: RegExp | undefined;

  constructor(
    readonly page: Page,
    readonly office: Office,
  ) {
    page.on('pageerror', (error) => this.trouble.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 4|status of 503/.test(message.text()))
        this.trouble.push(message.text());
    });
  }

  async start(): Promise<void> {
    await this.page.goto(this.office.addresses.page);
    await this.ready();
  }

  async ready(): Promise<void> {
    await this.page.locator('html[data-app-ready]').waitFor();
    await expect(this.page.getByRole('button', { name: 'Hub: connected' })).toBeAttached();
  }

  // Finding

  button(name: string | RegExp, exact = true): Locator {
    return this.page.getByRole('button', { name, exact });
  }
  dialog(name: string | RegExp): Locator {
    return this.page.getByRole('dialog', { name });
  }
  get list(): Locator {
    return this.page.getByRole('region', { name: 'Conversations', exact: true });
  }
  /** The rows that say something. */
  row(says: string): Locator {
    return this.page.locator('[role=tabpanel] [role=listitem]').filter({ hasText: says });
  }
  get log(): Locator {
    return this.page.getByRole('log');
  }
  message(text: string | RegExp): Locator {
    return this.log.getByRole('article').filter({ has: this.page.locator('.text', { hasText: text }) });
  }
  get box(): Locator {
    return this.page.getByRole('textbox', { name: /^Message to / });
  }
  get alert(): Locator {
    return this.page.getByRole('alert', { name: 'Session window closed' });
  }

  // Doing

  tab(name: 'Inbox' | 'Assigned to you'): Promise<void> {
    return this.page.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
  }
  key(keys: string): Promise<void> {
    return this.page.keyboard.press(keys);
  }
  /** Sends a text and waits until the contact has it. */
  async send(contact: PhoneContact, text: string): Promise<void> {
    await this.box.fill(text);
    await this.box.press('Shift+Enter');
    await expect(this.box).toHaveValue('');
    await this.arrived(contact, text);
  }
  async arrived(contact: PhoneContact, text: string): Promise<void> {
    await expect
      .poll(async () => (await this.office.sees(contact)).filter((one) => !one.fromContact && one.text === text).length)
      .toBe(1);
  }
  /** A contact writes, and the agent takes the conversation. */
  async taken(
    channel: PhoneContact['channel'],
    text = 'Good afternoon, may I change the date?',
    but: string[] = [],
  ): Promise<PhoneContact> {
    const contact = await this.office.contact(channel, but);
    await this.office.writes(contact, text);
    await this.tab('Inbox');
    await this.row(contact.name).getByRole('button', { name: 'Assign' }).click();
    await expect(this.box).toBeFocused();
    await expect(this.message(text)).toBeVisible();
    return contact;
  }
  /** The id of the open conversation. */
  async openId(): Promise<string> {
    return (await this.page.locator('section[data-open]').getAttribute('data-open')) ?? '';
  }
  /** Asks the application as the page does. */
  call<T>(service: string, method: string, ...args: unknown[]): Promise<T> {
    return this.page.evaluate(
      async ([service, method, args]) => {
        const { go } = window as unknown as {
          go: { app: Record<string, Record<string, (...args: unknown[]) => unknown>> };
        };
        return (await go.app[service]![method]!(...args)) as T;
      },
      [service, method, args] as const,
    ) as Promise<T>;
  }
  /** What the page has asked of the system. */
  async done(): Promise<{ opened: string[] | null; copied: string[] | null }> {
    return (await this.page.request.get(this.control('done'))).json() as never;
  }
  async choose(...paths: string[]): Promise<void> {
    await this.page.request.post(this.control('choose'), { data: paths });
  }
  async wire(state: 'cut' | 'whole'): Promise<void> {
    await this.page.request.post(this.control(`wire/${state}`));
  }
  private control(path: string): string {
    return new URL(`/headless/${path}`, this.office.addresses.page).href;
  }

  // Checking

  /**
   * What stands on the screen now is a state that the design knows: it is accessible in light and dark, or pictured. One of
   * the panel beside the thread is pictured with it in narrow windows, too.
   */
  async state(name: string, panel = false): Promise<void> {
    const size = this.page.viewportSize()!;
    for (const scheme of SCHEMES) {
      await this.page.emulateMedia({ colorScheme: scheme });
      await expect(this.page.locator('html')).toHaveAttribute('data-theme', scheme);
      if (PICTURES) await this.picture(name, scheme, panel);
      else await this.accessible(`${name}, ${scheme}`, scheme);
    }
    await this.page.emulateMedia({ colorScheme: 'light' });
    if (PICTURES) await this.page.setViewportSize(size);
  }

  /** One picture, as the window is now, where pictures are made. */
  async pictured(name: string, page = this.page): Promise<void> {
    if (!PICTURES) return;
    await mkdir(FOLDER, { recursive: true });
    await page.screenshot({ path: `${FOLDER}/${name.replaceAll(' ', '-')}.png` });
  }

  /** Everything in light; in dark, what colours change. */
  private async accessible(what: string, scheme: (typeof SCHEMES)[number]): Promise<void> {
    const axe = new AxeBuilder({ page: this.page });
    if (scheme === 'light') axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
    else axe.withRules(['color-contrast']);
    const { violations } = await axe.analyze();
    const found = violations.flatMap((one) =>
      one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary?.split('\n')[1] ?? ''}`),
    );
    expect.soft(found, what).toEqual([]);
  }

  private async picture(name: string, scheme: string, panel: boolean): Promise<void> {
    await mkdir(FOLDER, { recursive: true });
    for (const size of SIZES) {
      await this.page.setViewportSize(size);
      await this.page.waitForTimeout(250);
      // In a narrow window it comes over the thread, and only when it is asked for.
      const show = this.button('Show details');
      if (panel && (await show.isVisible())) await show.click();
      await this.page.screenshot({
        path: `${FOLDER}/${name.replaceAll(' ', '-')}-${size.width}-${scheme}.png`,
        animations: 'disabled',
      });
    }
  }
}

/** Opens a colleague's desk at the hub of another's, uses it, and closes it. */
export async function withColleague(desk: Desk, email: string, use: (theirs: Desk) => Promise<void>): Promise<void> {
  const { hub, colleagues } = desk.office.addresses;
  const office = await Office.open({ hub, token: colleagues[email]! });
  // A browser of its own: cookies do not look at ports.
  const browser = await desk.page.context().browser()!.newContext({ viewport: desk.page.viewportSize() });
  const page = await browser.newPage();
  await page.emulateMedia({ colorScheme: 'light' });
  const theirs = new Desk(page, office);
  try {
    await theirs.start();
    await use(theirs);
    expect.soft(theirs.trouble, 'what the colleague’s page complains about').toEqual([]);
  } finally {
    await browser.close();
    await office.close();
  }
}

/** A desk over a practice hub of its own, ready to be used. Trouble that nobody looked at fails the test. */
export const test = base.extend<{ desk: Desk }>({
  desk: async ({ page }, use) => {
    const office = await Office.open();
    const desk = new Desk(page, office);
    await page.emulateMedia({ colorScheme: 'light' });
    await desk.start();
    await use(desk);
    expect.soft(desk.trouble, 'what the page complains about').toEqual([]);
    const complaints = office.complaints.filter((line) => !desk.expected?.test(line));
    expect.soft(complaints, 'what the application complains about').toEqual([]);
    await page.close();
    await office.close();
  },
});
