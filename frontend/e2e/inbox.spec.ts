import { expect, test } from './desk';
import { HOUR, RUI } from './office';

test('the first start has nothing, and says what to do', async ({ desk }) => {
  await expect(desk.page.getByRole('heading', { name: 'Nothing assigned to you' })).toBeVisible();
  await desk.state('empty');
});

test('a conversation waits, is looked at without a trace, and is taken', async ({ desk }) => {
  const { office } = desk;
  const contact = await office.contact('whatsapp');
  const other = await office.contact('messenger');
  await office.writes(contact, 'Is there a later boat on Friday?');
  await office.writes(other, 'Hello, I cannot find my ticket');
  await desk.tab('Inbox');
  await expect(desk.row(contact.name)).toContainText(contact.touchpoint);
  await desk.row(contact.name).getByRole('button').first().click();
  await expect(desk.message('Is there a later boat on Friday?')).toBeVisible();
  await expect(desk.page.getByRole('heading', { name: 'You’re previewing' })).toBeVisible();
  await expect(desk.box).toHaveCount(0);
  await desk.state('inbox preview');
  expect((await office.sees(contact))[0]!.seen, 'a preview tells the contact nothing').toBeFalsy();

  await desk.button('Assign to me').click();
  await expect(desk.box).toBeFocused();
  await expect.poll(async () => (await office.sees(contact))[0]!.seen).toBe(true);
  await desk.state('conversation');
});

test('a colleague who was faster is named, and nothing else changes', async ({ desk }) => {
  const { office, page } = desk;
  const contact = await office.contact('whatsapp');
  await office.writes(contact, 'Who is there?');
  await desk.tab('Inbox');
  await desk.row(contact.name).getByRole('button').first().click();
  const id = await desk.openId();
  // The answer to the claim is all that this desk hears of it: it is quicker than its colleague's news.
  await page.route('**/headless/call/Conversations/Assign', async (route) => {
    await office.colleague(RUI, { assign: { conversationId: id } });
    await route.continue();
  });
  await desk.button('Assign to me').click();
  await expect(page.getByText(/^Rui Teixeira took this at/).first()).toBeVisible();
  await expect(desk.box).toHaveCount(0);
  await desk.state('claim lost');
});

test('the Inbox is filtered and sorted, groups fold and stay folded, and who waits is listed by time left', async ({
  desk,
}) => {
  const { office, page } = desk;
  const first = await desk.taken('whatsapp', 'First question');
  const second = await desk.taken('messenger', 'Second question');
  const third = await office.contact('whatsapp');
  const fourth = await office.contact('messenger');
  await office.writes(third, 'Third question');
  await office.writes(fourth, 'Fourth question');
  await desk.tab('Inbox');
  await expect(desk.row(third.name)).toBeVisible();
  await expect(desk.row(fourth.name)).toBeVisible();
  await page.getByLabel('Sort').selectOption({ label: 'Newest first' });
  await expect(page.locator('[role=tabpanel] [role=listitem]').first()).toContainText(fourth.name);
  await page.getByLabel('Show', { exact: true }).selectOption({ label: 'WhatsApp' });
  await expect(desk.row(fourth.name)).toHaveCount(0);
  await desk.state('inbox filtered');
  await page.getByLabel('Show', { exact: true }).selectOption({ label: 'Complaints' });
  await expect(desk.row(third.name)).toHaveCount(0);
  await page.getByLabel('Show', { exact: true }).selectOption({ label: 'Bookings' });
  await expect(desk.row(third.name)).toBeVisible();

  await desk.tab('Assigned to you');
  const group = desk.list.getByRole('heading', { name: /^WhatsApp/ }).getByRole('button');
  await Promise.all([page.waitForResponse(/Settings\/Set/), group.click()]);
  await expect(desk.row(first.name)).toHaveCount(0);
  await page.reload();
  await desk.ready();
  await expect(group).toHaveAttribute('aria-expanded', 'false');
  await expect(desk.row(second.name)).toBeVisible();
  await group.click();

  await office.advance(22.5 * HOUR);
  await expect(desk.list.getByText(/^Closing soon/)).toBeVisible();
  await desk.state('deadline lane');
  await desk.button('Who waits, by time left').click();
  await expect(page.locator('[role=tabpanel] [role=listitem]').first()).toContainText(first.name);
  await desk.state('by deadline');
});
