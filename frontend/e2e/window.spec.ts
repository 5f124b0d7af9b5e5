import { expect, test } from './desk';
import { HOUR } from './office';

test('a closing window is said, its end locks the editor with the draft kept, a message opens both', async ({
  desk,
}) => {
  const contact = await desk.taken('whatsapp');
  await desk.box.fill('I was about to say');
  await desk.office.advance(23 * HOUR);
  await expect(desk.page.getByText(/left to reply/).first()).toBeVisible();
  await desk.state('window closing');
  await desk.office.advance(50 * 60_000);
  await expect(desk.page.getByText(/left to reply/).first()).toBeVisible();
  await desk.state('window urgent');
  await desk.office.advance(HOUR);
  await expect(desk.alert).toContainText('I was about to say');
  await expect(desk.box).toHaveCount(0);
  await desk.state('window expired');
  await desk.office.writes(contact, 'Here I am again');
  await expect(desk.box).toHaveValue('I was about to say');
});

test('a template goes out on a closed window', async ({ desk }) => {
  const contact = await desk.taken('whatsapp');
  await desk.box.fill('half a sentence');
  await desk.office.advance(25 * HOUR);
  await desk.alert.getByRole('button', { name: /^Send a template/ }).click();
  const dialog = desk.dialog('Send a template');
  await expect(dialog).toBeVisible();
  await desk.state('template');
  for (const field of await dialog.locator('#template-form input').all()) {
    if ((await field.inputValue()) === '') await field.fill('24 June');
  }
  await desk.state('template filled');
  await dialog.getByRole('button', { name: 'Send template' }).click();
  await expect(dialog).toHaveCount(0);
  await expect.poll(async () => (await desk.office.sees(contact)).at(-1)!.kind).toBe('template');
  await expect(desk.alert).toContainText('half a sentence');
  await desk.state('template sent');
});

test('on Messenger the window lasts seven days, and there is no template', async ({ desk }) => {
  await desk.taken('messenger');
  await desk.office.advance(7 * 24 * HOUR + HOUR);
  await expect(desk.alert).toContainText('The 7-day session window has closed');
  await expect(desk.alert.getByRole('button', { name: /template/ })).toHaveCount(0);
  await desk.state('window expired messenger');
});
