import { expect, test } from './desk';

test('settings: theme, language, text size, density and Enter', async ({ desk }) => {
  const contact = await desk.taken('whatsapp');
  await desk.button('Settings').click();
  const settings = desk.dialog('Settings');
  await expect(settings).toBeVisible();
  await desk.state('settings');
  await settings
    .getByRole('switch', { name: /^Enter sends/ })
    .or(settings.getByLabel(/^Enter sends/))
    .first()
    .click();
  await desk.key('Escape');
  await desk.box.fill('Sent by Enter');
  await desk.box.press('Enter');
  await desk.arrived(contact, 'Sent by Enter');
});

test('Portuguese and Spanish, while Parley runs', async ({ desk }) => {
  await desk.taken('whatsapp');
  for (const [language, inbox, end] of [
    ['pt', 'Entrada', 'Terminar conversa'],
    ['es', 'Bandeja', 'Terminar chat'],
  ] as const) {
    await desk.key('Control+,');
    await desk.page.getByRole('dialog').locator('select').first().selectOption(language);
    await expect(desk.page.locator('html')).toHaveAttribute('lang', new RegExp(`^${language}`));
    await desk.key('Escape');
    await expect(desk.page.getByRole('tab', { name: new RegExp(`^${inbox}`) }).first()).toBeVisible();
    await expect(desk.page.getByRole('button', { name: end }).first()).toBeVisible();
    await desk.state(`language ${language}`);
  }
});

test('notifications and sounds, do not disturb, own status', async ({ desk }) => {
  await desk.button(/^Do not disturb/, false).click();
  await desk.state('quiet menu');
  await desk.button('Notifications and sounds…').click();
  const dialog = desk.dialog('Notifications and sounds');
  await expect(dialog).toBeVisible();
  await desk.state('notification settings');
  await dialog.getByRole('button', { name: 'Send a test notification' }).click();
  await expect(dialog).toContainText('headless took it after');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await desk.button(/^Inês Castro/, false).click();
  await desk.state('status menu');
  await desk.page.getByRole('menuitemradio', { name: 'Away' }).click();
  await expect(desk.button(/^Inês Castro, Away/, false)).toBeVisible();
});

test('quick replies are written and changed', async ({ desk }) => {
  await desk.key('Control+k');
  await desk.page.keyboard.type('edit quick');
  await desk.key('Enter');
  const dialog = desk.page.locator('dialog[open]');
  await expect(dialog).toBeVisible();
  await desk.state('quick reply editor');
});
