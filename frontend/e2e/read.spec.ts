import { expect, test, type Desk } from './desk';

const unread = (desk: Desk, name: string) => desk.row(name).getByLabel(/^\d+ unread$/);

test('what nobody looks at stays unread, also for the contact', async ({ desk }) => {
  const { office, page } = desk;
  const contact = await desk.taken('whatsapp', 'Hello');
  const seen = async (text: string) => (await office.sees(contact)).find((one) => one.text === text)?.seen === true;
  await expect.poll(() => seen('Hello')).toBe(true);
  await page.evaluate(() => window.dispatchEvent(new Event('blur')));
  await office.writes(contact, 'Are you there?');
  await expect(desk.message('Are you there?')).toBeInViewport();
  await expect(unread(desk, contact.name)).toHaveText('1');
  expect(await seen('Are you there?')).toBe(false);
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect.poll(() => seen('Are you there?')).toBe(true);
  await expect(unread(desk, contact.name)).toHaveCount(0);
});

test('a conversation opens at the first unread message, and only what was shown is read', async ({ desk }) => {
  const { office } = desk;
  const contact = await desk.taken('whatsapp', 'Message 0');
  await desk.taken('messenger', 'Hello');
  for (let i = 1; i <= 40; i += 1) await office.writes(contact, `Message ${i}`);
  await expect(unread(desk, contact.name)).toHaveText('40');
  await desk.row(contact.name).getByRole('button').first().click();
  await expect(desk.log.getByText('New', { exact: true })).toBeInViewport();
  await expect(desk.message(/^Message 1$/)).toBeInViewport();
  await expect(unread(desk, contact.name)).toHaveText(/^[123]\d$/);
  expect((await office.sees(contact)).find((one) => one.text === 'Message 40')?.seen).toBeFalsy();
  // It counts what has arrived since.
  await desk.button(/^(To the newest message|\d+ new)/).click();
  await expect(desk.message('Message 40')).toBeInViewport();
  await expect(unread(desk, contact.name)).toHaveCount(0);
});
