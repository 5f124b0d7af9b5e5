import { expect, test } from './desk';

test('End Chat on WhatsApp asks for a disposition, can be taken back, and closes by Submit', async ({ desk }) => {
  const contact = await desk.taken('whatsapp');
  await desk.send(contact, 'Done, have a good trip');
  await desk.button('End Chat').click();
  await expect(desk.button('Submit')).toBeDisabled();
  await expect(desk.button('Undo').first()).toBeVisible();
  await desk.button('Undo').first().click();
  await expect(desk.box).toBeVisible();
  await expect(desk.button('End Chat')).toBeVisible();

  await desk.button('End Chat').click();
  await expect(desk.page.getByRole('complementary').getByRole('textbox', { name: /disposition/i })).toBeFocused();
  await desk.state('wrap up');
  await desk.page.keyboard.type('later');
  await desk.page.getByRole('treeitem', { name: 'Moved later' }).click();
  await desk.state('wrap up chosen');
  await desk.button('Submit').click();
  await desk.tab('Assigned to you');
  await expect(desk.row(contact.name)).toHaveCount(0);

  await desk.office.writes(contact, 'One more thing');
  await desk.tab('Inbox');
  await expect(desk.row(contact.name)).toContainText('One more thing');
  await desk.row(contact.name).getByRole('button', { name: 'Assign' }).click();
  await desk.page.getByRole('tab', { name: 'Activities' }).click();
  await expect(desk.page.getByRole('complementary')).toContainText('Moved later');
  await desk.state('activities', true);
});

test('a wrap-up is left without a disposition only when the agent says so', async ({ desk }) => {
  const contact = await desk.taken('whatsapp');
  await desk.button('End Chat').click();
  await desk.button('Dismiss').click();
  await expect(desk.dialog('Leave without submitting?')).toBeVisible();
  await desk.state('dismiss');
  await desk
    .dialog('Leave without submitting?')
    .getByRole('button', { name: /Leave|Dismiss/ })
    .click();
  await expect(desk.row(contact.name)).toHaveCount(0);
});

test('End Chat on Messenger closes at once, and can be taken back', async ({ desk }) => {
  const contact = await desk.taken('messenger');
  await desk.page.getByRole('tab', { name: 'Snapshot' }).click();
  await expect(desk.page.getByText('Facebook Messenger conversations don’t have these yet.')).toBeVisible();
  await desk.state('messenger conversation', true);
  await desk.button('End Chat').click();
  await expect(desk.button('Undo').first()).toBeVisible();
  await desk.button('Undo').first().click();
  await expect(desk.box).toBeVisible();
  await expect(desk.row(contact.name)).toBeVisible();
});

test('a draft is not lost by End Chat without asking', async ({ desk }) => {
  await desk.taken('whatsapp');
  await desk.box.fill('I have not sent this');
  await desk.button('End Chat').click();
  await expect(desk.dialog('End the chat?')).toContainText('Your draft has not been sent');
  await desk.state('end with a draft');
  await desk.button('Cancel').click();
  await expect(desk.box).toHaveValue('I have not sent this');
});

test('Send to Inbox gives it back with a note', async ({ desk }) => {
  const contact = await desk.taken('whatsapp');
  await desk.button('Send to Inbox').click();
  const dialog = desk.dialog('Send to Inbox?');
  await dialog.getByRole('textbox').fill('Needs somebody who knows ferries');
  await desk.state('send to inbox');
  await dialog.getByRole('button', { name: 'Send to Inbox' }).click();
  await desk.tab('Inbox');
  await desk.row(contact.name).getByRole('button').first().click();
  await expect(desk.page.getByText('Needs somebody who knows ferries').first()).toBeVisible();
  await expect(desk.log).toContainText(/sent this back to Inbox|You sent this to Inbox|Inbox/);
});

test('Transfer goes to a colleague with what was written as a note', async ({ desk }) => {
  const contact = await desk.taken('whatsapp');
  await desk.box.fill('They ask for a refund');
  await desk.button('Transfer').click();
  await desk.page.getByRole('tab', { name: /^Queues/ }).click();
  await expect(desk.page.getByRole('option', { name: /^Complaints/ })).toBeVisible();
  await desk.state('transfer queues');
  await desk.page.getByRole('tab', { name: /^Agents/ }).click();
  await desk.page.getByRole('textbox', { name: 'Find a queue or an agent' }).fill('rui');
  await desk.key('Enter');
  await desk.state('transfer agents');
  await desk.button('Transfer to Rui Teixeira').click();
  await desk.tab('Assigned to you');
  await expect(desk.row(contact.name)).toHaveCount(0);
  await expect(desk.page.getByText('Transferred to Rui Teixeira.')).toBeVisible();
});
