import { administer } from './administer';
import { expect, test } from './desk';

const DAY = 24 * 3_600_000;

test('channels: an admin has a Page write to somebody who has written to it, and to nobody else', async ({ desk }) => {
  // All who have written are out of reach by now.
  await desk.office.advance(9 * DAY);
  await administer(desk, 'Channels');
  await desk.button('Send a test from Ondaverde Travel').click();
  const dialog = desk.dialog('Send a test from Ondaverde Travel');
  await expect(dialog.getByRole('status')).toContainText('Nobody can be written to now');
  await expect(dialog.getByRole('button', { name: 'Send' })).toBeDisabled();
  await desk.state('test message nobody');
  await desk.key('Escape');

  const contact = await desk.office.contact('messenger');
  await desk.office.writes(contact, 'Hello?');
  await expect
    .poll(async () => {
      await desk.button('Send a test from Ondaverde Travel').click();
      const found = await dialog
        .getByRole('combobox', { name: 'To' })
        .textContent({ timeout: 1000 })
        .catch(() => '');
      if (!found?.includes(contact.name)) await desk.key('Escape');
      return found;
    })
    .toContain(`${contact.name}, until`);
  await desk.state('test message of a Page');
  await dialog.getByRole('button', { name: 'Send' }).click();
  await expect(dialog.getByRole('status')).toHaveText('Meta has taken it. Whether it arrived is seen in Messenger.');
  await expect
    .poll(async () => (await desk.office.sees(contact)).map((one) => one.text))
    .toContain('This is a test from Parley.');

  // The window closes while the dialogue is open.
  await desk.office.advance(9 * DAY);
  await dialog.getByRole('button', { name: 'Send' }).click();
  await expect(dialog.getByRole('alert')).toContainText('their window has closed');
});
