import { administer } from './administer';
import { expect, test } from './desk';
import { Receiver } from './receiver';

let receiver: Receiver;
test.beforeEach(async () => {
  receiver = await Receiver.open();
});
test.afterEach(() => receiver.close());

test('webhooks: an admin has a program told what changes, sees that it fails and why, and has it tried again', async ({
  desk,
}) => {
  await administer(desk, 'Webhooks');
  await expect(desk.page.getByText('No program is told what changes')).toBeVisible();
  await desk.state('webhooks none');

  await desk.button('Add a webhook').click();
  const adding = desk.dialog('Add a webhook');
  await adding.getByLabel('Name of the program').fill('CRM');
  await adding.getByRole('textbox', { name: /^Address/ }).fill('http://crm.ondaverde.example/in');
  await desk.key('Enter');
  await expect(adding.getByRole('alert')).toContainText('begins with https://');
  await adding.getByRole('textbox', { name: /^Address/ }).fill(receiver.address);
  for (const what of ['Conversations', 'Contacts', 'Notes']) {
    await adding.getByRole('checkbox', { name: new RegExp(`^${what}`) }).uncheck();
  }
  await desk.state('webhook');
  await adding.getByRole('button', { name: 'Add', exact: true }).click();
  const made = desk.dialog('Secret of CRM');
  receiver.secret = await made.getByRole('textbox', { name: 'Secret' }).inputValue();
  expect(receiver.secret).toMatch(/^whsec_/);
  await desk.state('webhook secret');
  await made.getByRole('button', { name: 'Copy secret' }).click();
  await expect.poll(async () => (await desk.done()).copied).toContain(receiver.secret);
  await desk.key('Escape');
  const row = desk.page.getByRole('list', { name: 'Webhooks' }).getByRole('listitem');
  await expect(row).toContainText('has taken nothing yet');
  await expect(row).not.toContainText(receiver.secret);

  // The program is down when a contact writes.
  receiver.broken = true;
  const contact = await desk.office.contact('whatsapp');
  await desk.office.writes(contact, 'Is the room still free?');
  await expect(row).toContainText('Fails, is tried again', { timeout: 20_000 });
  await expect(row).toContainText('it answered 503 Service Unavailable · next try');
  await desk.state('webhook failing');
  await desk.page.waitForTimeout(1500);
  expect(receiver.told).toEqual([]);

  // It is mended, and need not wait for the hour that it asked for.
  receiver.broken = false;
  await desk.button('Try CRM now').click();
  await expect.poll(() => receiver.told.map((one) => one.data.content?.text)).toEqual(['Is the room still free?']);
  await expect(row).toContainText('0 waiting');
  await expect(row).not.toContainText('Fails, is tried again');
  await expect(desk.button('Try CRM now')).toHaveCount(0);
  await desk.state('webhook on');

  // Paused it hears nothing, and then what it missed.
  await desk.button('Pause CRM').click();
  await expect(row).toContainText('Paused');
  await desk.office.writes(contact, 'Hello?');
  await desk.page.waitForTimeout(1500);
  expect(receiver.told).toHaveLength(1);
  await desk.button('Resume CRM').click();
  await expect.poll(() => receiver.told.map((one) => one.data.content?.text)).toContain('Hello?');
  expect(receiver.strangers).toBe(0);
});

test('webhooks: an admin changes one, tests it, gives it another secret, and removes it', async ({ desk }) => {
  await administer(desk, 'Webhooks');
  await desk.button('Add a webhook').click();
  const adding = desk.dialog('Add a webhook');
  await adding.getByLabel('Name of the program').fill('CRM');
  await adding.getByRole('textbox', { name: /^Address/ }).fill(receiver.address);
  await desk.key('Enter');
  await expect(desk.dialog('Secret of CRM')).toBeVisible();
  receiver.secret = await desk.dialog('Secret of CRM').getByRole('textbox').inputValue();
  await desk.key('Escape');

  await desk.button('Change CRM').click();
  const known = desk.dialog('CRM');
  receiver.broken = true;
  await known.getByRole('button', { name: 'Send a test event' }).click();
  await expect(known.getByRole('status')).toHaveText(
    'It did not take the test event: it answered 503 Service Unavailable',
  );
  receiver.broken = false;
  await known.getByRole('button', { name: 'Send a test event' }).click();
  await expect(known.getByRole('status')).toHaveText('It took the test event.');
  expect(receiver.told.map((one) => one.type)).toEqual(['test']);
  await desk.state('webhook tested');
  await known.getByRole('checkbox', { name: 'Tours' }).check();
  await expect(known).toContainText('When a conversation leaves these queues it is told so');
  await known.getByLabel('Name of the program').fill('Archive');
  await known.getByRole('button', { name: 'Save' }).click();
  const row = desk.page.getByRole('list', { name: 'Webhooks' }).getByRole('listitem');
  await expect(row).toContainText('Archive');
  await expect(row).toContainText('Tours · Conversations, Messages, Contacts, Notes');

  await desk.button('Change Archive').click();
  await desk.dialog('Archive').getByRole('button', { name: 'New secret' }).click();
  await desk.dialog('Make a new secret for “Archive”?').getByRole('button', { name: 'New secret' }).click();
  const next = await desk.dialog('Secret of Archive').getByRole('textbox').inputValue();
  expect(next).not.toBe(receiver.secret);
  await desk.key('Escape');
  await desk.button('Change Archive').click();
  for (const secret of [receiver.secret, next]) {
    receiver.secret = secret; // both are good for a day
    receiver.told.length = 0;
    await desk.dialog('Archive').getByRole('button', { name: 'Send a test event' }).click();
    await expect.poll(() => receiver.told.length).toBe(1);
    await expect(desk.dialog('Archive').getByRole('status')).toHaveText('It took the test event.');
  }
  expect(receiver.strangers).toBe(0);

  await desk.dialog('Archive').getByRole('button', { name: 'Remove' }).click();
  await desk.dialog('Remove “Archive”?').getByRole('button', { name: 'Remove' }).click();
  await expect(desk.page.getByText('No program is told what changes')).toBeVisible();
});
