import { type Desk, expect, test } from './desk';
import { HOUR } from './office';
import { misfits, speakPseudo } from './pseudo';

/** A walk past the crowded places of the page, looking at each. Buttons are found by what no language changes. */
async function walk(desk: Desk, look: (place: string) => Promise<void>): Promise<void> {
  const { page, office } = desk;
  const contact = await office.contact('whatsapp');
  const other = await office.contact('messenger');
  for (const text of ['Hello', 'I would like to change my booking to the third of June, if that can be done']) {
    await office.writes(contact, text);
  }
  await office.writes(contact, { location: { latitude: 37.74, longitude: -25.67, name: 'Hotel', address: 'Rua 1' } });
  await office.writes(contact, { sample: 'voice' });
  await office.writes(other, 'Good morning');
  await desk.key('Control+1');
  await expect(page.locator('[data-conversation-id]')).toHaveCount(2);
  await page.locator('[data-conversation-id]').first().click();
  await look('preview');
  await desk.key('Control+Enter');
  const box = page.locator('textarea').first();
  await expect(box).toBeFocused();
  await box.fill('Half a sentence');
  await look('conversation');
  await desk.key('Control+3');
  await look('snapshot');
  await desk.key('Control+Shift+t');
  await expect(page.locator('dialog[open]')).toBeVisible();
  await look('transfer');
  await desk.key('Escape');
  await desk.key('Control+k');
  await look('palette');
  await desk.key('Escape');
  await desk.key('Control+,');
  await look('settings');
  await desk.key('Escape');
  await desk.key('F1');
  await look('help');
  await desk.key('Escape');
  await office.advance(23 * HOUR);
  await expect(page.locator('[data-window-until]')).toBeAttached();
  await look('window closing');
  await office.advance(2 * HOUR);
  await expect(page.getByRole('alert')).toBeVisible();
  await look('window closed');
}

for (const pseudo of ['long', 'rtl'] as const) {
  test(`every place bears ${pseudo === 'long' ? 'texts half as long again' : 'an interface from right to left'}`, async ({
    desk,
  }) => {
    await speakPseudo(desk.page, pseudo);
    await desk.page.setViewportSize({ width: 960, height: 600 });
    await desk.page.reload();
    await desk.page.locator('html[data-app-ready]').waitFor();
    await walk(desk, async (place) => {
      await desk.page.waitForTimeout(150);
      expect.soft(await misfits(desk.page), place).toEqual([]);
      await desk.pictured(`${pseudo} ${place}`);
    });
    if (pseudo === 'rtl') {
      const rail = (await desk.page.getByRole('navigation').boundingBox())!;
      expect(rail.x, 'the rail is at the right').toBeGreaterThan(800);
    }
  });
}

test('at 200 % everything can be reached without scrolling sideways', async ({ desk }) => {
  // 1280 by 800 at 200 % has 640 by 400 CSS pixels.
  await desk.page.setViewportSize({ width: 640, height: 400 });
  await walk(desk, async (place) => {
    await desk.page.waitForTimeout(150);
    expect.soft(await misfits(desk.page), place).toEqual([]);
    await desk.pictured(`zoom 200 ${place}`);
  });
});

test('in forced colours what is selected, focused and unread is still told apart', async ({ desk }) => {
  const contact = await desk.taken('whatsapp', 'Hello');
  await desk.page.emulateMedia({ forcedColors: 'active' });
  const row = desk.row(contact.name).getByRole('button').first();
  await expect(row).toHaveAttribute('aria-current', 'true');
  const outline = await row.evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(outline).not.toBe('none');
  for (const tab of await desk.page.getByRole('tab', { selected: true }).all()) {
    const line = await tab.evaluate((element) => getComputedStyle(element, '::after').backgroundColor);
    expect(line).not.toBe('rgba(0, 0, 0, 0)');
  }
  await desk.pictured('forced colours');
});

test('whoever wants less motion gets none', async ({ desk }) => {
  await desk.taken('whatsapp', 'Hello');
  await desk.key('Control+k');
  const moving = await desk.page.evaluate(
    () =>
      [...document.querySelectorAll('*')].filter((element) => {
        const { transitionDuration, animationName } = getComputedStyle(element);
        return transitionDuration.split(', ').some((one) => parseFloat(one) > 0.01) || animationName !== 'none';
      }).length,
  );
  expect(moving).toBe(0);
});

test('a conversation that stays open all day keeps little in the document, and all of it within reach', async ({
  desk,
}) => {
  const { page, office } = desk;
  const contact = await desk.taken('whatsapp', 'Message 0');
  for (let i = 1; i <= 150; i += 1) await office.writes(contact, `Message ${i}`);
  await expect(desk.message('Message 150')).toBeInViewport();
  const articles = desk.log.getByRole('article');
  await expect.poll(() => articles.count()).toBeLessThan(90);
  // Upwards to the first one, with nothing left out on the way.
  const passed = new Set<number>();
  await expect
    .poll(
      async () => {
        for (const text of await articles.allInnerTexts()) passed.add(Number(/Message (\d+)/.exec(text)?.[1]));
        await desk.log.evaluate((log) => (log.scrollTop -= log.clientHeight));
        await page.waitForTimeout(50);
        return passed.has(0);
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  expect([...Array(151).keys()].filter((i) => !passed.has(i))).toEqual([]);
  await expect(desk.message('Message 0')).toBeInViewport();
});

test('whoever goes from one conversation to the next all day leaves nothing behind', async ({ desk }) => {
  const contacts = [await desk.taken('whatsapp'), await desk.taken('messenger'), await desk.taken('whatsapp')];
  const browser = await desk.page.context().newCDPSession(desk.page);
  await browser.send('HeapProfiler.enable');
  const visit = async (rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      for (const contact of contacts) {
        await desk.row(contact.name).getByRole('button').first().click();
        await expect(desk.page.getByRole('heading', { name: contact.name })).toBeVisible();
      }
    }
    await browser.send('HeapProfiler.collectGarbage');
    const { usedSize } = await browser.send('Runtime.getHeapUsage');
    const { nodes, jsEventListeners } = await browser.send('Memory.getDOMCounters');
    return { usedSize, nodes, jsEventListeners };
  };
  const before = await visit(20);
  const after = await visit(40);
  expect(after.nodes - before.nodes).toBeLessThan(100);
  expect(after.jsEventListeners - before.jsEventListeners).toBeLessThan(10);
  expect(after.usedSize - before.usedSize).toBeLessThan(1_500_000);
});
