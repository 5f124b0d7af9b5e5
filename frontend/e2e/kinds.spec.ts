import { expect, test } from './desk';

test('everything that a contact can send is shown', async ({ desk }) => {
  const { office } = desk;
  const contact = await desk.taken('whatsapp', 'Forwarded to you');
  const last = await office.writes(contact, 'مرحبا، هل يمكنني تغيير الموعد؟');
  for (const what of [
    { text: 'With *bold*, _italic_, ~struck~ and ```code``` https://example.org/a' },
    { text: 'Passed on', forwarded: true },
    { text: 'I saw your ad', fromAd: true },
    { text: 'An answer', replyTo: last },
    { location: { latitude: 37.74, longitude: -25.67, name: 'Hotel', address: 'Rua 1' } },
    { contact: { name: 'Carmen', phone: '+447700900640' } },
    { order: true },
    { unsupported: 'poll' },
    { reaction: { messageId: last, emoji: '🙏' } },
    {
      text: `https://example.org/${'long'.repeat(60)} Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft`,
    },
  ]) {
    await office.writes(contact, what);
  }
  await expect(desk.log).toContainText('Meta calls it');
  await expect(desk.message('مرحبا').locator('.body')).toHaveAttribute('dir', 'rtl');
  await expect(desk.log.getByRole('img', { name: `${contact.name} reacted with 🙏` })).toBeVisible();
  const wide = await desk.log.evaluate((log) => log.scrollWidth > log.clientWidth);
  expect(wide, 'long words and links stay within their bubble').toBe(false);
  await desk.state('message kinds');

  await desk.message('With bold').getByRole('link').click();
  await expect.poll(async () => (await desk.done()).opened).toEqual(['https://example.org/a']);
  await office.writes(contact, { edit: last, text: 'Corrected' });
  await expect(desk.message('Corrected')).toContainText('Edited');
  await office.writes(contact, { delete: last });
  await expect(desk.log).toContainText(/deleted this message/);
});

test('photos, voice notes, videos and documents', async ({ desk }) => {
  const { office, page } = desk;
  const contact = await desk.taken('whatsapp', 'Look at these');
  for (const sample of ['photo', 'voice', 'video', 'document', 'sticker', 'photo'])
    await office.writes(contact, { sample });
  await expect(desk.log.getByRole('img', { name: 'Photo' })).toHaveCount(2);
  const voice = desk.log.getByRole('button', { name: 'Play voice note' });
  await expect(voice).toBeEnabled();
  await desk.state('media');
  await voice.click();
  await expect(desk.log.getByRole('button', { name: /^Speed 1/ })).toBeVisible();
  await desk.log.getByRole('button', { name: /^Speed 1/ }).click();
  await expect(desk.log.getByRole('button', { name: /^Speed 1.5/ })).toBeVisible();

  await desk.log.getByRole('button', { name: /photo/i }).first().click();
  const viewer = desk.dialog('Photo');
  await expect(viewer).toBeVisible();
  await desk.state('media viewer');
  await desk.key('Escape');
  await expect(viewer).toHaveCount(0);
  await expect(page.locator('dialog[open]')).toHaveCount(0);
});
