import { expect, test } from './desk';

test('what nobody looks at stays unread, also for the contact', async ({ desk }) => {
  const { office, page } = desk;
  const contact = await desk.taken('whatsapp', 'Hello');
  const seen = async (text: string) => (await office.sees(contact)).find((one) => one.text === text)?.seen;
  await expect.poll(() => seen('Hello')).toBe(true);
  await page.evaluate(() => window.dispatchEvent(new Event('blur')));
  await office.writes(contact, 'Are you there?');
  await expect(desk.message('Are you there?')).toBeInViewport();
  await expect(desk.row(contact.name)).toContainText('1 unread');
  expect(await seen('Are you there?')).toBe(false);
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect.poll(() => seen('Are you there?')).toBe(true);
  await expect(desk.row(contact.name)).not.toContainText('unread');
});

test('a conversation opens at the first unread message, and only what was shown is read', async ({ desk }) => {
  const { office } = desk;
  const contact = await desk.taken('whatsapp', 'Message 0');
  const other = await desk.taken('messenger', 'Hello');
  for (let i = 1; i <= 40; i += 1) await office.writes(contact, `Message ${i}`);
  await expect(desk.row(contact.name)).toContainText('40 unread');
  await desk.row(contact.name).getByRole('button').first().click();
  await expect(desk.log.getByText('New', { exact: true })).toBeInViewport();
  await expect(desk.message('Message 1').first()).toBeInViewport();
  await expect(desk.log).not.toContainText('Message 40');
  await expect(desk.row(contact.name)).toContainText(/\b(1\d|2\d|3\d) unread/);
  expect((await office.sees(contact)).find((one) => one.text === 'Message 40')?.seen).toBe(false);
  await desk.key('Control+j');
  await desk.row(other.name).getByRole('button').first().click();
});
