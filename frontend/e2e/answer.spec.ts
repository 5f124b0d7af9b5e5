import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { writeFile } from 'node:fs/promises';
import { expect, test } from './desk';

test('Enter adds a line, Shift+Enter sends, and each mark is proved', async ({ desk }) => {
  const contact = await desk.taken('whatsapp');
  await desk.box.pressSequentially('One moment,');
  await desk.box.press('Enter');
  await desk.box.pressSequentially('I am looking.');
  await expect(desk.box).toHaveValue('One moment,\nI am looking.');
  await desk.box.press('Shift+Enter');
  await desk.arrived(contact, 'One moment,\nI am looking.');
  await expect(desk.message('I am looking.').getByRole('img', { name: 'Delivered' })).toBeVisible();
  await desk.office.phone(`contacts/${contact.id}/read`, {});
  await expect(desk.message('I am looking.').getByRole('img', { name: 'Read' })).toBeVisible();
  await desk.message('I am looking.').hover();
  await desk.message('I am looking.').getByRole('button', { name: 'Message actions' }).click();
  // Nothing of it lies under the editor, nor moves the thread.
  const menu = await desk.page.getByRole('menu').boundingBox();
  const thread = await desk.log.boundingBox();
  expect(menu!.y).toBeGreaterThan(thread!.y);
  expect(menu!.y + menu!.height).toBeLessThanOrEqual(thread!.y + thread!.height);
  await desk.state('message menu');
  await desk.page.getByRole('menuitem', { name: 'Message details' }).click();
  await expect(desk.dialog('Message details')).toContainText('Delivered');
  await desk.state('message details');
});

test('a text that is too long for one message goes in parts when the agent agrees', async ({ desk }) => {
  const contact = await desk.taken('messenger');
  const paragraph = 'Your itinerary stands below. '.repeat(50).trim();
  await desk.box.fill(`${paragraph}\n\n${paragraph} Bom voyage!`);
  await expect(desk.page.getByText('too many')).toBeVisible();
  await desk.box.press('Shift+Enter');
  const ask = desk.dialog('Send this in parts?');
  await expect(ask).toContainText('2 messages');
  await desk.state('send in parts');
  await ask.getByRole('button', { name: 'Cancel' }).click();
  await expect(desk.box).toHaveValue(/^Your itinerary.*Bom voyage!$/s);
  await desk.box.press('Shift+Enter');
  await ask.getByRole('button', { name: 'Send 2 messages' }).click();
  await desk.arrived(contact, paragraph);
  await desk.arrived(contact, `${paragraph} Bom voyage!`);
  await expect(desk.box).toHaveValue('');
});

test('a quick reply by its shortcut, with the places that are still open', async ({ desk }) => {
  await desk.taken('whatsapp');
  await desk.box.pressSequentially('/dat');
  await expect(desk.page.getByRole('option', { name: /^\/dates/ })).toBeVisible();
  await desk.state('quick replies');
  await desk.key('Enter');
  await desk.page.keyboard.type('Friday');
  await expect(desk.box).toHaveValue(/^I have moved your booking to Friday until \{\{to\}\}/);
  await desk.key('Shift+Enter');
  await expect(desk.dialog('Some places are not filled')).toBeVisible();
  await desk.state('unfilled quick reply');
});

test('an emoji is found by its name, in the skin tone that was chosen', async ({ desk }) => {
  const contact = await desk.taken('whatsapp');
  await desk.box.fill('Thanks ');
  await desk.key('Control+e');
  const picker = desk.page.locator('emoji-picker');
  await expect(picker.getByRole('menuitem').first()).toBeVisible();
  await desk.state('emoji picker');
  await picker.getByRole('combobox').fill('thumbs up');
  await picker.getByRole('button', { name: /Choose a skin tone/ }).click();
  await picker.getByRole('option', { name: 'Medium', exact: true }).click();
  await picker.getByRole('option', { name: /👍🏽/ }).click();
  await expect(desk.box).toHaveValue('Thanks 👍🏽');
  await desk.box.press('Shift+Enter');
  await desk.arrived(contact, 'Thanks 👍🏽');
});

test('what is written is formatted as WhatsApp shows it', async ({ desk }) => {
  const contact = await desk.taken('whatsapp');
  await desk.box.fill('The boat leaves at nine');
  await desk.box.evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(19, 23));
  await desk.key('Control+b');
  await expect(desk.box).toHaveValue('The boat leaves at *nine*');
  await desk.box.press('Shift+Enter');
  await desk.arrived(contact, 'The boat leaves at *nine*');
  await expect(desk.message('The boat leaves at').locator('strong')).toHaveText('nine');
});

test('files come by the dialogue, by pasting and by dropping; what cannot go says why', async ({ desk }) => {
  const contact = await desk.taken('whatsapp');
  const path = join(tmpdir(), 'Offer.txt');
  await writeFile(path, 'An offer');
  await desk.choose(path);
  await desk.button('Attach').click();
  await desk.state('attach menu');
  await desk.page.getByRole('menuitem', { name: 'File' }).click();
  await expect(desk.page.getByText('Offer.txt')).toBeVisible();

  const png = readFileSync(join(import.meta.dirname, '../../build/appicon.png')).toString('base64');
  const give = (event: 'paste' | 'drop', name: string, type: string, data: string) =>
    desk.box.evaluate(
      (area, [event, name, type, data]) => {
        const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([bytes], name, { type }));
        area.dispatchEvent(
          event === 'paste'
            ? new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true })
            : new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }),
        );
      },
      [event, name, type, data] as const,
    );
  await give('paste', 'screen.png', 'image/png', png);
  await expect(desk.page.getByText('screen.png')).toBeVisible();
  await give('drop', 'empty.pdf', 'application/pdf', '');
  await expect(desk.page.getByText('empty.pdf')).toBeVisible();
  await desk.state('attachments');
  await desk.button('Remove empty.pdf').click();
  await desk.box.fill('Here they are');
  await desk.box.press('Shift+Enter');
  await expect
    .poll(async () => (await desk.office.sees(contact)).filter((one) => !one.fromContact).map((one) => one.kind))
    .toEqual(expect.arrayContaining(['document', 'image']));
});

test('a reply quotes, a reaction is put on and taken away', async ({ desk }) => {
  const contact = await desk.taken('whatsapp', 'Is breakfast included?');
  const message = desk.message('Is breakfast included?').and(desk.log.locator('[data-direction=in]'));
  await message.hover();
  await message.getByRole('button', { name: 'Message actions' }).click();
  await desk.page.getByRole('menuitem', { name: 'Reply' }).click();
  await expect(desk.box).toBeFocused();
  await desk.state('replying');
  await desk.send(contact, 'Yes, until ten');
  await expect(desk.message('Yes, until ten')).toContainText('Is breakfast included?');
  await message.hover();
  await message.getByRole('button', { name: 'React' }).click();
  await desk.state('reaction bar');
  await desk.button('React with ❤️').click();
  await expect(desk.button('Your reaction ❤️. Take it away')).toBeVisible();
  await desk.button('Your reaction ❤️. Take it away').click();
  await expect(desk.button('Your reaction ❤️. Take it away')).toHaveCount(0);
});

test('what is typed stays with its conversation, and comes back after a reload', async ({ desk }) => {
  const first = await desk.taken('whatsapp', 'One');
  await desk.box.fill('Half a sentence');
  const second = await desk.taken('messenger', 'Two');
  await expect(desk.box).toHaveValue('');
  await expect(desk.row(first.name)).toContainText('Half a sentence');
  await desk.page.reload();
  await desk.ready();
  await desk.row(first.name).getByRole('button').first().click();
  await expect(desk.box).toHaveValue('Half a sentence');
  await desk.row(second.name).getByRole('button').first().click();
  await expect(desk.box).toHaveValue('');
});
