import { readFile, rm } from 'node:fs/promises';
import { expect, test } from './desk';
import { HOUR, RUI, uuid7 } from './office';

test('a contact is edited with its mistakes said in place', async ({ desk }) => {
  await desk.taken('whatsapp');
  const side = desk.page.getByRole('complementary');
  await side.getByRole('button', { name: /^Edit/ }).first().click();
  await side.getByLabel('Email').fill('not an address');
  await side.getByRole('button', { name: 'Save' }).click();
  await expect(side.getByLabel('Email')).toHaveAttribute('aria-invalid', 'true');
  await desk.state('contact invalid', true);
  await side.getByLabel('Email').fill('marta@example.org');
  await side.getByRole('button', { name: 'Save' }).click();
  await expect(side).toContainText('marta@example.org');
});

test('two contacts are merged after a look at both, and parted again', async ({ desk }) => {
  const first = await desk.taken('whatsapp', 'I wrote on Messenger, too');
  const second = await desk.office.contact('messenger');
  await desk.office.writes(second, 'I wrote on WhatsApp, too');
  await desk.tab('Inbox');
  await expect(desk.row(second.name)).toBeVisible();
  await desk.button('Merge with another contact').click();
  const dialog = desk.dialog('Same person?');
  await dialog.getByRole('searchbox').fill(second.name);
  await dialog.getByRole('button', { name: second.name }).click();
  await desk.state('merge');
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
  await expect(desk.page.getByText('Merged. Their conversations are together now.')).toBeVisible();
  await desk.state('merged');
  await desk.button('Undo').last().click();
  await expect(desk.page.getByText('Undone. Each has their own conversations again.')).toBeVisible();
  await expect(desk.row(first.name).or(desk.row(second.name)).first()).toBeVisible();
});

test('notes keep their history, and Context says how it began', async ({ desk }) => {
  await desk.taken('whatsapp');
  await desk.button('Add note').click();
  await desk.page.keyboard.type('Prefers mornings');
  await desk.button('Save note').click();
  const side = desk.page.getByRole('complementary');
  await expect(side).toContainText('Prefers mornings');
  await side.getByRole('region', { name: 'Notes' }).getByRole('button', { name: 'Edit' }).click();
  await desk.key('End');
  await desk.page.keyboard.type(', not Mondays');
  await desk.button('Save note').click();
  await expect(side).toContainText('not Mondays');
  const history = side.getByRole('list', { name: 'What the note said before' });
  await expect(history).toHaveCount(0);
  await side.getByRole('button', { name: 'edited' }).click();
  await expect(history.getByRole('listitem')).toHaveText(/^Prefers mornings\s+You · /);
  await desk.state('notes', true);
  await desk.page.getByRole('tab', { name: 'Context' }).click();
  await expect(side).toContainText('Bookings');
  await expect(side.getByRole('definition').filter({ hasText: 'Not yet' })).toBeVisible();
  await desk.box.fill('One moment, please');
  await desk.box.press('Shift+Enter');
  await expect(side).toContainText(/First answer\s*after 1 min/);
  await desk.state('context', true);
});

test('a note is anybody’s to write, and Escape does not lose one', async ({ desk }) => {
  const contact = await desk.office.contact('messenger');
  await desk.office.writes(contact, 'Do you have a boat on Sunday?');
  await desk.tab('Inbox');
  await desk.row(contact.name).getByRole('button', { name: 'Assign' }).click();
  const id = await desk.openId();
  const side = desk.page.getByRole('complementary');
  await expect(side).toContainText('don’t have these yet');
  await desk.office.colleague(RUI, { saveNote: { conversationId: id, noteId: uuid7(), text: 'She gets seasick' } });
  await expect(side.getByRole('region', { name: 'Notes' })).toContainText('She gets seasick');

  const other = await desk.taken('whatsapp', 'Is it raining?', [contact.name]);
  await desk.button('Send to Inbox').click();
  await desk.dialog(/Inbox/).getByRole('button', { name: 'Send to Inbox' }).click();
  await desk.tab('Inbox');
  await desk.row(other.name).getByRole('button').first().click();
  await desk.button('Add note').click();
  await desk.page.keyboard.type('Asks every day');
  await desk.key('Escape');
  await expect(side.getByRole('textbox', { name: 'Your note' })).toHaveValue('Asks every day');
  await desk.button('Save note').click();
  await expect(side.getByRole('region', { name: 'Notes' })).toContainText('Asks every day');
});

test('a note that is half written is there after a restart, and Cancel gives it up', async ({ desk }) => {
  const contact = await desk.taken('whatsapp');
  const field = desk.page.getByRole('complementary').getByRole('textbox', { name: 'Your note' });
  await desk.button('Add note').click();
  await desk.page.keyboard.type('Half a no');
  await desk.page.waitForTimeout(400);
  await desk.page.reload();
  await desk.row(contact.name).getByRole('button').first().click();
  await expect(field).toHaveValue('Half a no');
  await desk.state('note half written', true);
  await desk.button('Cancel').click();
  await expect(field).toHaveCount(0);
  await desk.page.reload();
  await desk.row(contact.name).getByRole('button').first().click();
  await expect(desk.button('Add note')).toBeVisible();
  await desk.page.waitForTimeout(400);
  await expect(field).toHaveCount(0);
});

test('Activities tell the contact’s story, by group and by key, and go where it happened', async ({ desk }) => {
  const contact = await desk.taken('whatsapp', 'Can I still change it?');
  const id = await desk.openId();
  await desk.button('Add note').click();
  await desk.page.keyboard.type('Wants Friday');
  await desk.button('Save note').click();
  await desk.button('Send to Inbox').click();
  await desk.dialog(/Inbox/).getByRole('button', { name: 'Send to Inbox' }).click();
  await desk.office.colleague(RUI, { assign: { conversationId: id } });
  await desk.office.colleague(RUI, { sendToInbox: { conversationId: id } });
  await desk.office.advance(25 * HOUR);
  await desk.tab('Inbox');
  await desk.row(contact.name).getByRole('button').first().click();
  await desk.page.getByRole('tab', { name: 'Activities' }).click();
  const timeline = desk.page.getByRole('region', { name: 'Timeline' });
  const lines = timeline.getByRole('listitem');
  await expect(lines).toHaveText([
    /^\s*Session window closed at /,
    /^\s*Rui Teixeira sent this to Inbox at /,
    /^\s*Rui Teixeira took this at /,
    /^\s*You sent this to Inbox at /,
    /^\s*You wrote a note at .*Wants Friday/,
    /^\s*You took this at /,
    new RegExp(`^\\s*${contact.name} wrote first at `),
  ]);
  await desk.state('activities timeline', true);
  await timeline.getByRole('button', { name: 'Who had it' }).click();
  await expect(lines).toHaveCount(4);
  await lines.first().getByRole('button').focus();
  await desk.key('End');
  await expect(lines.last().getByRole('button')).toBeFocused();
  await desk.key('Enter');
  await expect(desk.log.getByText(/took this at/).first()).toBeVisible();

  await desk.wire('cut');
  await expect(timeline).toContainText('Offline: this is what this computer knows.');
  await expect(lines).toHaveCount(4);
  await desk.wire('whole');
  await expect(timeline).not.toContainText('Offline');
});

test('an admin saves everything about a contact, and erases them; whoever had typed to them is told', async ({
  desk,
}) => {
  const contact = await desk.taken('whatsapp', 'Please forget me');
  await desk.box.fill('We will miss you');
  const id = await desk.openId();
  await expect
    .poll(async () => (await desk.call<{ text: string }>('Drafts', 'Load', id)).text)
    .toBe('We will miss you');
  const side = desk.page.getByRole('complementary');
  const file = `/tmp/page-contact-${Date.now()}.zip`;
  await desk.choose(file);
  await side.getByRole('button', { name: 'Export everything…' }).click();
  await expect(desk.page.getByText(`Saved as ${file}`)).toBeVisible();
  expect((await readFile(file)).subarray(0, 2).toString()).toBe('PK');
  await rm(file);

  await side.getByRole('button', { name: 'Erase contact…' }).click();
  const dialog = desk.dialog(/^Erase /);
  const button = dialog.getByRole('button', { name: 'Erase for good' });
  await expect(dialog.getByRole('listitem').first()).toHaveText('1 conversation');
  await expect(dialog).toContainText('1 conversation is open');
  await expect(button).toBeDisabled();
  await dialog.getByRole('textbox').fill('somebody else');
  await expect(button).toBeDisabled();
  await desk.state('erase');
  await dialog.getByRole('textbox').fill((await dialog.getByRole('heading').innerText()).slice('Erase '.length, -1));
  await desk.key('Enter');
  await expect(desk.page.getByRole('heading', { name: 'This contact was erased' })).toBeVisible();
  await expect(desk.page.getByText('What you had written to them and not sent')).toBeVisible();
  await expect(desk.page.getByText(contact.name)).toHaveCount(0);
  await expect(desk.page.getByText('Please forget me')).toHaveCount(0);
  await desk.state('erased');
  await desk.page.getByRole('main').getByRole('button', { name: 'Close' }).click();
  // Who writes again is somebody new.
  await desk.office.writes(contact, 'It is me');
  await desk.tab('Inbox');
  await expect(desk.page.getByText('It is me')).toBeVisible();
});
