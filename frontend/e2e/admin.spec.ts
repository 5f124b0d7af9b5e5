import { administer } from './administer';
import { expect, test } from './desk';

test('people: an admin invites somebody, changes who they are, and switches them off', async ({ desk }) => {
  await administer(desk, 'People');
  const person = (name: string) => desk.page.getByRole('row').filter({ hasText: name });
  await expect(person('Inês Castro')).toContainText('you');
  await desk.state('people');

  await desk.button('Invite somebody').click();
  const invite = desk.dialog('Invite somebody');
  await invite.getByLabel('Name').fill('Ana Reis');
  await invite.getByLabel('Email').fill('rui@practice.invalid');
  await desk.key('Enter');
  await expect(invite.getByRole('alert')).toHaveText('Somebody has this email address already.');
  await desk.state('invite refused');
  await invite.getByLabel('Email').fill('ana@practice.invalid');
  await invite.getByLabel('Role').selectOption('supervisor');
  await invite.getByRole('button', { name: 'Invite' }).click();
  await expect(desk.dialog('Link for Ana Reis')).toContainText('nobody outside this computer can join');
  await desk.state('invitation');
  await desk.key('Escape');
  await expect(person('Ana Reis')).toContainText('Invited, until');

  await desk.button('Change Ana Reis').click();
  const dialog = desk.dialog('Ana Reis');
  await dialog.getByLabel('Role').selectOption('agent');
  await desk.state('person');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(person('Ana Reis')).toContainText('Agent');

  await desk.button('Change Rui Teixeira').click();
  await desk.dialog('Rui Teixeira').getByRole('button', { name: 'Switch the account off' }).click();
  await desk.dialog('Switch Rui Teixeira off?').getByRole('button', { name: 'Switch the account off' }).click();
  await expect(person('Rui Teixeira')).toContainText('Switched off');
  // The hub does not know that computer any more.
  await expect(desk.office.colleague('rui@practice.invalid', { setStatus: { status: 'away' } })).rejects.toThrow('401');

  await desk.button('Change Inês Castro').click();
  const own = desk.dialog('Inês Castro');
  await expect(own.getByRole('button', { name: 'Switch the account off' })).toHaveCount(0);
  await own.getByLabel('Role').selectOption('agent');
  await own.getByRole('button', { name: 'Save' }).click();
  await expect(own.getByRole('alert')).toHaveText('Somebody has to be admin. Make somebody else one first.');
});

test('channels: an admin sees what goes through a number, and asks Meta about its connection', async ({ desk }) => {
  await desk.taken('whatsapp');
  await administer(desk, 'Channels');
  const card = desk.page.getByRole('region', { name: 'Ondaverde Bookings' });
  await expect(card).toContainText('A contact last wrote');
  await card.getByRole('button', { name: /^Check the connection/ }).click();
  const checks = card.getByRole('status');
  await expect(checks.getByRole('listitem')).toHaveCount(5);
  await expect(checks.getByText('All is well.')).toHaveCount(3);
  await desk.state('channels');
  await desk.office.phone('faults', { expiredToken: true });
  await card.getByRole('button', { name: /^Check the connection/ }).click();
  await expect(checks).toContainText('Meta says that it has run out.');
  await desk.state('channels token expired');
});

test('dead letters: an admin looks at what was not understood, tries it again, and discards it', async ({ desk }) => {
  await administer(desk, 'Dead letters');
  await expect(desk.page.getByText('Everything was understood')).toBeVisible();
  await desk.state('dead letters none');
  await desk.office.phone('webhook', {
    channel: 'whatsapp',
    body: {
      object: 'whatsapp_business_account',
      entry: [
        {
          id: '1',
          changes: [
            {
              field: 'messages',
              value: {
                messaging_product: 'whatsapp',
                metadata: { phone_number_id: '999' },
                contacts: [{ wa_id: '447700900555' }],
                messages: [
                  {
                    id: 'wamid.lost',
                    from: '447700900555',
                    timestamp: '1760000000',
                    type: 'text',
                    text: { body: 'A secret about my booking' },
                  },
                ],
              },
            },
          ],
        },
      ],
    },
  });
  await administer(desk, 'People');
  await expect(async () => {
    await administer(desk, 'Dead letters');
    await expect(desk.page.getByRole('list', { name: 'Dead letters' }).getByRole('listitem')).toHaveCount(1, {
      timeout: 500,
    });
  }).toPass();
  const letter = desk.page.getByRole('list', { name: 'Dead letters' }).getByRole('listitem').first();
  await letter.getByRole('button', { name: 'Look at it' }).click();
  await expect(letter.getByRole('region')).toContainText('••• (25)');
  await expect(letter).not.toContainText('A secret about my booking');
  await desk.state('dead letters');
  await letter.getByRole('button', { name: 'Work it in again' }).click();
  await expect(desk.page.getByText('1 part of it is still not understood.')).toBeVisible();
  await letter.getByRole('button', { name: 'Discard' }).click();
  await desk.dialog('Discard this letter?').getByRole('button', { name: 'Discard' }).click();
  await expect(desk.page.getByText('Everything was understood')).toBeVisible();

  await administer(desk, 'Audit log');
  const log = desk.page.getByRole('region', { name: 'Audit log' });
  await expect(log.getByRole('row').nth(1)).toContainText('Dead letter discarded');
  await desk.state('audit');
  await desk.page.getByLabel('What').selectOption('Dead letter worked in again');
  await expect(log.getByRole('row')).toHaveCount(2);
  await desk.page.getByLabel('Who').selectOption('Rui Teixeira');
  await expect(log).toContainText('Nothing of this kind was done.');
});

test('keeping: an admin says for how long computers keep what was said', async ({ desk }) => {
  await administer(desk, 'Keeping');
  const history = desk.page.getByLabel('Days of history on a computer');
  await expect(history).toHaveValue('90');
  await desk.state('keeping');
  await history.fill('40000');
  await desk.button('Save').click();
  await expect(desk.page.getByRole('alert')).toHaveText('Days are counted from 1 to 36,500.');
  await history.fill('30');
  await desk.page.getByLabel('Days that the hub keeps dead letters').fill('14');
  await desk.button('Save').click();
  await expect(desk.page.getByText('Saved.', { exact: true })).toBeVisible();
  await administer(desk, 'Audit log');
  const log = desk.page.getByRole('region', { name: 'Audit log' });
  await expect(log.getByRole('row').nth(1)).toContainText(
    'history 90 to 30 days, access 7 to 7 days, dead letters 90 to 14 days',
  );
  await administer(desk, 'Keeping');
  await expect(history).toHaveValue('30');
  await expect(desk.page.getByLabel('Days that the hub keeps dead letters')).toHaveValue('14');
});

test('dispositions: an admin edits what wrap-ups offer, and agents who choose see it at once', async ({ desk }) => {
  await desk.taken('whatsapp');
  await administer(desk, 'Dispositions');
  const list = desk.page.getByRole('list', { name: 'Dispositions', exact: true });
  const names = () => list.locator('.name').allTextContents();
  await expect(list.getByRole('listitem').first()).toBeVisible();
  const before = await names();
  await desk.state('dispositions');

  await desk.button('Add a disposition').click();
  const adding = desk.dialog('Add a disposition');
  await desk.key('Enter');
  await expect(adding.getByRole('alert')).toContainText('80');
  await adding.getByRole('textbox').fill(before[0]!.toUpperCase());
  await desk.key('Enter');
  await expect(adding.getByRole('alert')).toContainText('A disposition of this name stands here already.');
  await desk.state('disposition refused');
  await adding.getByRole('textbox').fill('Lost luggage');
  await desk.key('Enter');
  await expect(adding).toBeHidden();
  await expect(list).toContainText('Lost luggage');
  expect(await names()).toEqual([...before, 'Lost luggage']);

  // By keyboard to the top, and the button that was pressed keeps the focus.
  const up = desk.button('Move Lost luggage up');
  await up.focus();
  for (let n = 0; n < 10 && (await names())[0] !== 'Lost luggage'; n++) {
    const seen = await names();
    await desk.key('Enter');
    await expect.poll(names).not.toEqual(seen);
    await expect(up).toBeFocused();
  }
  expect(await names()).toEqual(['Lost luggage', ...before]);

  await desk.button('Add one under Lost luggage').click();
  await desk.dialog('Add a disposition').getByRole('textbox').fill('Found again');
  await desk.key('Enter');
  await expect(list).toContainText('Found again');
  await desk.button('Change Lost luggage').click();
  await desk.dialog('Lost luggage').getByRole('textbox').fill('Luggage');
  await desk.state('disposition');
  await desk.key('Enter');
  await expect(list).toContainText('Luggage');

  await desk.button('Change Luggage').click();
  await desk.dialog('Luggage').getByRole('button', { name: 'Retire' }).click();
  await desk.dialog('Retire “Luggage”?').getByRole('button', { name: 'Retire' }).click();
  await expect(desk.button('Offer Luggage again')).toBeVisible();
  expect(await names()).toEqual(before);
  await desk.state('dispositions retired');
  await desk.button('Offer Luggage again').click();
  await expect(list).toContainText('Found again');

  // What an agent in wrap-up has chosen is retired by somebody else.
  await desk.page
    .getByRole('button', { name: /^Conversations/ })
    .first()
    .click();
  await desk.button('End Chat').click();
  await desk.page
    .getByRole('complementary')
    .getByRole('textbox', { name: /disposition/i })
    .fill('found');
  const leaf = desk.page.getByRole('treeitem', { name: 'Found again' });
  await leaf.click();
  await expect(desk.button('Submit')).toBeEnabled();
  const { dispositions } = await desk.call<{ dispositions: { id: string; name: string }[] }>('Workspace', 'Load');
  const { id } = dispositions.find((one) => one.name === 'Found again')!;
  await desk.call('Admin', 'RetireDisposition', id, true);
  await expect(leaf).toHaveCount(0);
  await expect(desk.button('Submit')).toBeDisabled();
  await desk.call('Admin', 'RetireDisposition', id, false);
  await leaf.click();
  await desk.button('Submit').click();

  await administer(desk, 'Audit log');
  const log = desk.page.getByRole('region', { name: 'Audit log' });
  await expect(log.getByRole('row').nth(1)).toContainText('Luggage › Found again');
});

test('quick replies: an admin writes, changes and deletes what everybody can insert', async ({ desk }) => {
  await administer(desk, 'Quick replies');
  const list = desk.page.getByRole('list', { name: 'Quick replies' });
  await expect(list.getByRole('listitem').first()).toBeVisible();
  await desk.state('shared quick replies');
  await desk.button('Add a quick reply').click();
  const dialog = desk.dialog('Add a quick reply');
  await dialog.getByLabel('Shortcut').fill('two words');
  await dialog.getByLabel('Text').fill('We are open from nine to six.');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('A shortcut is one word, and the text must not be empty.');
  await desk.state('shared quick reply refused');
  await dialog.getByLabel('Shortcut').fill('opening');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(list).toContainText('We are open from nine to six.');

  await desk.button('Change /opening').click();
  await desk.dialog('/opening').getByLabel('Text').fill('We are open from ten to six.');
  await desk.dialog('/opening').getByRole('button', { name: 'Save' }).click();
  await expect(list).toContainText('from ten to six');
  await desk.button('Change /opening').click();
  await desk.dialog('/opening').getByRole('button', { name: 'Delete' }).click();
  await desk.page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(list).not.toContainText('from ten to six');
  await administer(desk, 'Audit log');
  const log = desk.page.getByRole('region', { name: 'Audit log' });
  await expect(log.getByRole('row').nth(1)).toContainText('Quick reply deleted');
  await expect(log.getByRole('row').nth(1)).toContainText('/opening');
});

test('queues: an admin adds one, says who works in it, and gives it dispositions of its own', async ({ desk }) => {
  await administer(desk, 'Queues');
  const list = desk.page.getByRole('list', { name: 'Queues' });
  await desk.state('queues');
  await desk.button('Add a queue').click();
  const adding = desk.dialog('Add a queue');
  await adding.getByRole('textbox', { name: 'Name' }).fill('inbox');
  const [first] = await list.locator('.name').allTextContents();
  await adding.getByRole('textbox', { name: 'Name' }).fill(first!.toUpperCase());
  await desk.key('Enter');
  await expect(adding.getByRole('alert')).toHaveText('A queue of this name exists already.');
  await adding.getByRole('textbox', { name: 'Name' }).fill('Lost luggage');
  await adding.getByRole('checkbox', { name: 'Rui Teixeira' }).check();
  await adding.getByLabel('Dispositions').selectOption('Its own');
  await desk.state('queue');
  await adding.getByRole('button', { name: 'Save' }).click();
  const row = list.getByRole('listitem').filter({ hasText: 'Lost luggage' });
  await expect(row).toContainText('Rui Teixeira');

  await desk.button('Change Lost luggage').click();
  const dialog = desk.dialog('Lost luggage');
  // Another admin renames it meanwhile.
  const { queues } = await desk.call<{ queues: { id: string; name: string; version: number }[] }>('Workspace', 'Load');
  const { id, version } = queues.find((one) => one.name === 'Lost luggage')!;
  await desk.call('Admin', 'SaveQueue', { id, version, name: 'Luggage', agentIds: [], setId: '' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Lost and found');
  await dialog.getByRole('button', { name: 'Save' }).click();
  // It shows how it is now, and what was typed stays.
  const now = desk.dialog(/^Luggage$/);
  await expect(now.getByRole('alert')).toContainText('Somebody else has changed this meanwhile.');
  await expect(now.getByRole('textbox', { name: 'Name' })).toHaveValue('Lost and found');
  await desk.key('Escape');
  await expect(list).toContainText('Luggage');
  await administer(desk, 'Dispositions');
  await desk.page.getByLabel('Queues').selectOption('Luggage');
  await expect(
    desk.page.getByRole('list', { name: 'Dispositions', exact: true }).getByRole('listitem').first(),
  ).toBeVisible();
  await administer(desk, 'Audit log');
  const log = desk.page.getByRole('region', { name: 'Audit log' });
  await expect(log.getByRole('row').nth(1)).toContainText('Lost luggage → Luggage');
});

test('touchpoints: an admin connects a number, replaces its token, and sends a test', async ({ desk }) => {
  await administer(desk, 'Channels');
  await desk.button('Connect a number or Page').click();
  const dialog = desk.dialog('Connect a number or Page');
  await dialog.getByLabel('What agents call it').fill('Ondaverde Tours');
  await dialog.getByLabel('Phone number', { exact: true }).fill('+351 912 345 678');
  await dialog.getByLabel('Phone number ID (at Meta)').fill('+351 912 345 678');
  await dialog.getByLabel('WhatsApp Business Account ID').fill('102290129340398');
  await dialog.getByLabel('Access token').fill('EAAnobodysees');
  await dialog.getByLabel('App secret').fill('alsohidden');
  await dialog.getByRole('button', { name: 'Connect' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('Meta’s ID is needed: digits only. It is not the phone number.');
  await desk.state('touchpoint refused');
  await dialog.getByLabel('Phone number ID (at Meta)').fill('106540352242922');
  await dialog.getByRole('button', { name: 'Connect' }).click();
  await expect(dialog).toBeHidden();
  const card = desk.page.getByRole('region', { name: 'Ondaverde Tours' });
  // Meta is asked at once. This Meta knows neither the number nor the token.
  await expect(card.getByRole('status').getByRole('listitem')).toHaveCount(5);
  await expect(card.getByRole('status')).toContainText('does not work');
  await desk.state('touchpoint connected');
  await expect(desk.page.locator('body')).not.toContainText('EAAnobodysees');

  await desk.button('Replace a token of Ondaverde Bookings').click();
  const secrets = desk.dialog('Replace a token of Ondaverde Bookings');
  await expect(secrets.getByLabel('Access token')).toHaveValue('');
  await secrets.getByLabel('Access token').fill('two words');
  await desk.key('Enter');
  await expect(secrets.getByRole('alert')).toHaveText('An access token is needed, without spaces.');
  await desk.state('secrets');
  await secrets.getByLabel('Access token').fill('');
  await secrets.getByLabel('Verify token').fill('another');
  await desk.key('Enter');
  await expect(secrets).toBeHidden();

  await desk.button('Send a test from Ondaverde Bookings').click();
  const test = desk.dialog('Send a test from Ondaverde Bookings');
  await test.getByLabel('To this phone').fill('no number');
  await desk.key('Enter');
  await expect(test.getByRole('alert')).toContainText('A phone number in international form is needed');
  await test.getByLabel('To this phone').fill('+447700900555');
  await desk.key('Enter');
  await expect(test.getByRole('status')).toContainText('Meta has taken it.');
  await desk.state('test message');
  await desk.office.phone('faults', { expiredToken: true });
  await test.getByRole('button', { name: 'Send' }).click();
  await expect(test.getByRole('status')).toContainText('Meta did not take it: ');
  await desk.state('test message refused');
  await desk.key('Escape');
  await administer(desk, 'Audit log');
  const log = desk.page.getByRole('region', { name: 'Audit log' });
  await expect(log).toContainText('verify');
  await expect(log).not.toContainText('another');
  await expect(log).not.toContainText('+447700900555');
});

test('API keys: an admin makes one, which is shown once, and revokes it', async ({ desk }) => {
  await administer(desk, 'API keys');
  await expect(desk.page.getByText('No API keys')).toBeVisible();
  await desk.state('api keys none');
  await desk.button('Add an API key').click();
  const adding = desk.dialog('Add an API key');
  await adding.getByRole('checkbox', { name: /^Read/ }).uncheck();
  await adding.getByLabel('Name of the program').fill('CRM');
  await desk.key('Enter');
  await expect(adding.getByRole('alert')).toHaveText('Say what the key may do.');
  await adding.getByRole('checkbox', { name: /^Read/ }).check();
  await desk.state('api key');
  await adding.getByRole('button', { name: 'Make the key' }).click();
  const made = desk.dialog('Key for CRM');
  const key = await made.getByRole('textbox').inputValue();
  expect(key).toMatch(/^parley_key_/);
  await desk.state('api key made');
  await made.getByRole('button', { name: 'Copy key' }).click();
  await expect.poll(async () => (await desk.done()).copied).toContain(key);
  await desk.key('Escape');
  const list = desk.page.getByRole('list', { name: 'API keys' });
  await expect(list).toContainText('Never used');
  await expect(list).not.toContainText(key);

  // A program reads with it, and is shut out once it is revoked.
  const me = () =>
    desk.page.request.post(`${desk.office.addresses.hub}/parley.hub.v1.SessionService/Me`, {
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      data: {},
    });
  expect((await me()).status()).toBe(200);
  await desk.button('Revoke CRM').click();
  await desk.dialog('Revoke “CRM”?').getByRole('button', { name: 'Revoke' }).click();
  await expect(desk.page.getByText('No API keys')).toBeVisible();
  expect((await me()).status()).toBe(401);
});
