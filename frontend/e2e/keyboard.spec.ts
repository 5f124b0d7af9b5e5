import { expect, test } from './desk';

test('the palette finds commands, people and quick replies', async ({ desk }) => {
  await desk.taken('whatsapp');
  await desk.key('Control+k');
  const palette = desk.dialog('Command palette');
  await expect(palette).toBeVisible();
  await desk.state('palette');
  await desk.page.keyboard.type('transf');
  await expect(palette.getByRole('option').first()).toContainText('Transfer');
  await desk.state('palette found');
  await desk.key('Enter');
  await expect(desk.page.getByRole('option', { name: /^Rui Teixeira/ })).toBeVisible();
});

test('every key can be changed; what types a letter or is taken is refused', async ({ desk }) => {
  await desk.taken('whatsapp');
  await desk.key('Control+k');
  await desk.page.keyboard.type('change sh');
  await desk.key('Enter');
  const dialog = desk.dialog('Shortcuts');
  await dialog.getByRole('button', { name: /^Transfer to a person or queue/ }).click();
  await desk.key('Control+Shift+b');
  await expect(dialog.getByRole('alert')).toContainText('Send to Inbox');
  await desk.state('shortcut refused');
  await desk.key('x');
  await expect(dialog.getByRole('alert')).toContainText('types');
  await desk.key('Control+Shift+y');
  await expect(dialog.getByRole('button', { name: 'Transfer to a person or queue…: Ctrl Shift Y' })).toBeVisible();
  await desk.state('shortcuts');
  await dialog.getByRole('button', { name: 'Close', exact: true }).click();
  await desk.key('Control+Shift+y');
  await expect(desk.page.getByRole('option', { name: /^Rui Teixeira/ })).toBeVisible();
});

test('a morning without a mouse', async ({ desk }) => {
  const { office, page } = desk;
  const first = await office.contact('whatsapp');
  const second = await office.contact('messenger');
  await office.writes(first, 'The first');
  await office.writes(second, 'The second');
  await desk.key('Control+1');
  await expect(desk.row(first.name)).toBeVisible();
  await expect(desk.row(second.name)).toBeVisible();
  await desk.key('Control+Shift+Enter');
  await expect(desk.message('The first')).toBeVisible();
  await expect(desk.box).toBeFocused();
  await desk.key('Control+Shift+Enter');
  await expect(desk.message('The second')).toBeVisible();
  await expect(desk.box).toHaveAccessibleName(new RegExp(`${second.name}$`));
  await expect(desk.box).toBeFocused();
  await page.keyboard.type('Hello');
  await desk.key('Shift+Enter');
  await desk.arrived(second, 'Hello');
  await desk.key('Control+Tab');
  await expect(desk.message('The first')).toBeVisible();
  await desk.key('Control+f');
  await page.keyboard.type('first');
  await expect(page.getByText('1 / 1').or(page.getByText('1 of 1'))).toBeVisible();
  await desk.key('Escape');
  await expect(desk.box).toBeFocused();
  await desk.key('F6');
  await expect(desk.box).not.toBeFocused();
  await desk.key('F1');
  await expect(page.getByRole('complementary', { name: 'Shortcuts' })).toBeVisible();
  await desk.state('shortcut help');
  await desk.key('Escape');
  await desk.key('Control+Shift+m');
  await expect(desk.box).toBeFocused();
  await desk.key('Control+Shift+n');
  await page.keyboard.type('A note by key');
  await expect(page.getByRole('complementary', { name: 'Details' }).getByRole('textbox').last()).toHaveValue(
    'A note by key',
  );
});
