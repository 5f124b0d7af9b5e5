import { expect, test, type Desk } from './desk';

async function administer(desk: Desk, part: string): Promise<void> {
  await desk.button('Workspace').click();
  await desk.page
    .getByRole('navigation', { name: 'Parts of the workspace' })
    .getByRole('button', { name: part })
    .click();
  await expect(desk.page.getByRole('heading', { name: part, level: 2 })).toBeVisible();
}

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
  await desk.button('Save').click();
  await expect(desk.page.getByText('Saved.', { exact: true })).toBeVisible();
  await administer(desk, 'Audit log');
  const log = desk.page.getByRole('region', { name: 'Audit log' });
  await expect(log.getByRole('row').nth(1)).toContainText('history 90 to 30 days');
  await administer(desk, 'Keeping');
  await expect(history).toHaveValue('30');
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
