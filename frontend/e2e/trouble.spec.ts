import { expect, test } from './desk';

test('without the hub everything is read and written; it goes out once the hub is back', async ({ desk }) => {
  const contact = await desk.taken('whatsapp');
  await desk.wire('cut');
  await expect(desk.page.getByText('You’re offline.', { exact: true })).toBeVisible();
  await desk.box.fill('Written on the train');
  await desk.box.press('Shift+Enter');
  await expect(desk.message('Written on the train').getByRole('img', { name: 'On this computer' })).toBeVisible();
  await expect(desk.button('Transfer')).toBeDisabled();
  await desk.state('offline');
  await desk.wire('whole');
  await desk.button('Try now').click();
  await desk.arrived(contact, 'Written on the train');
  await expect(desk.page.getByText('You’re offline.', { exact: true })).toHaveCount(0);
});

test('a message that failed says why and what to do next', async ({ desk }) => {
  const contact = await desk.taken('whatsapp');
  await desk.office.phone('faults', { failNext: { code: 131026, times: 1 } });
  await desk.box.fill('Can you read this?');
  await desk.box.press('Shift+Enter');
  await expect(desk.message('Can you read this?')).toContainText('Not delivered');
  await desk.office.phone('faults', { lostReply: true, webhookDelayMs: 3_600_000 });
  await desk.box.fill('And this?');
  await desk.box.press('Shift+Enter');
  await expect(desk.message('And this?').getByRole('img', { name: 'Not confirmed' })).toBeVisible({ timeout: 30_000 });
  await desk.state('failed and not confirmed');
  void contact;
});

test('a touchpoint that cannot send says so, and keeps what is written', async ({ desk }) => {
  const contact = await desk.taken('whatsapp');
  desk.expected = /Touchpoint is held/;
  await desk.office.phone('faults', { expiredToken: true });
  await desk.box.fill('Waiting for the token');
  await desk.box.press('Shift+Enter');
  await expect(desk.page.getByText(/no longer accepts the access token/).first()).toBeVisible();
  await desk.state('touchpoint paused');
  await desk.office.phone('faults', {});
  await desk.office.advance(10 * 60_000);
  await desk.arrived(contact, 'Waiting for the token');
});
