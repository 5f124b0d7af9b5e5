import { expect, test } from './desk';

test('a conversation is searched with its hits counted and stepped through', async ({ desk }) => {
  const contact = await desk.taken('whatsapp', 'O barco das nove');
  await desk.office.writes(contact, 'E o barco das dez?');
  await desk.office.writes(contact, 'Ou nenhum BARCO');
  await expect(desk.message('nenhum')).toBeVisible();
  await desk.key('Control+f');
  await desk.page.keyboard.type('bárco');
  await expect(desk.log.locator('mark')).toHaveCount(3);
  await desk.state('thread search');
  await desk.key('Enter');
  await expect(desk.page.getByRole('region', { name: 'Open conversation' }).getByRole('status')).toContainText('2');
});

test('people, messages and notes are found from the list', async ({ desk }) => {
  const contact = await desk.taken('whatsapp', 'My booking is OV-2231');
  await desk.button('Add note').click();
  await desk.page.keyboard.type('OV-2231 was paid twice');
  await desk.button('Save note').click();
  await desk.key('Control+Shift+f');
  await desk.page.keyboard.type('2231');
  await expect(desk.list.getByText('My booking is', { exact: false }).first()).toBeVisible();
  await expect(desk.list.getByText('was paid twice', { exact: false }).first()).toBeVisible();
  await desk.state('search everywhere');
  await desk.page.keyboard.press('Control+a');
  await desk.page.keyboard.type('zzzz');
  await expect(desk.page.getByText('Nothing found for “zzzz”')).toBeVisible();
  await desk.state('nothing found');
  await desk.key('Escape');
  await expect(desk.row(contact.name)).toBeVisible();
});
