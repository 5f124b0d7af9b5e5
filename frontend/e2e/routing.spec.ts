import { expect, test } from './desk';

test('an admin has the queue offer what waits; an offer is rejected, another one accepted', async ({ desk }) => {
  // They have desks, too, and would be asked in turn.
  for (const email of Object.keys(desk.office.addresses.colleagues)) {
    await desk.office.colleague(email, { setStatus: { status: 'away' } });
  }
  await desk.key('Control+,');
  await desk
    .dialog('Settings')
    .locator('.line', { hasText: 'Routing and session windows' })
    .getByRole('button')
    .click();
  const dialog = desk.dialog('Routing and session windows');
  await desk.state('routing');
  await dialog.getByLabel('What waits is').selectOption('offer');
  await dialog.getByRole('checkbox', { name: /^Only at certain times/ }).check();
  const monday = dialog.getByRole('group', { name: 'Monday' });
  await expect(monday.getByLabel('From')).toHaveValue('09:00');
  await expect(dialog.getByRole('group', { name: 'Sunday' })).toContainText('Closed');
  await monday.getByLabel('Until').fill('whenever');
  await dialog.getByRole('button', { name: 'Save Bookings', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText('Look at hours, time zone and lengths again.');
  await desk.state('routing refused');
  for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']) {
    const hours = dialog.getByRole('group', { name: day });
    if ((await hours.getByLabel('From').count()) === 0) await hours.getByRole('button', { name: 'Add hours' }).click();
    await hours.getByLabel('From').fill('0');
    await hours.getByLabel('Until').fill('24:00');
    await hours.getByLabel('Until').press('Tab');
    await expect(hours.getByLabel('From')).toHaveValue('00:00');
  }
  await dialog.getByRole('button', { name: 'Save Bookings', exact: true }).click();
  await expect(desk.page.getByText('Saved. It holds from now on.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();

  const first = await desk.office.contact('whatsapp');
  await desk.office.writes(first, 'The first question');
  const offer = desk.page.getByRole('region', { name: 'Offered to you' });
  await expect(offer).toContainText('The first question');
  await desk.state('offered');
  await offer.getByRole('button', { name: 'Reject' }).click();
  await expect(offer).toHaveCount(0);

  const second = await desk.office.contact('whatsapp', [first.id]);
  await desk.office.writes(second, 'The second question');
  await expect(offer).toContainText('The second question');
  await offer.getByRole('button', { name: 'Accept' }).click();
  await expect(desk.message('The second question')).toBeVisible();
  await expect(offer).toHaveCount(0);
});

test('an admin shortens the session window of a number, and open windows follow', async ({ desk }) => {
  await desk.taken('whatsapp');
  await expect(desk.page.getByText(/^23 h|24 h|23 h 5\d min left/).first()).toBeVisible();
  await desk.key('Control+,');
  await desk
    .dialog('Settings')
    .locator('.line', { hasText: 'Routing and session windows' })
    .getByRole('button')
    .click();
  const dialog = desk.dialog('Routing and session windows');
  await dialog.getByLabel('Session window, in hours').fill('3');
  await dialog.getByRole('button', { name: 'Save Ondaverde Bookings' }).click();
  await expect(desk.page.getByText('Saved. It holds from now on.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(desk.page.getByText(/2 h 5\d min left/).first()).toBeVisible();
});
