import { expect, test, withColleague } from './desk';
import { RUI } from './office';

test('two agents who open the same conversation know of each other, and of what is being written', async ({ desk }) => {
  const contact = await desk.office.contact('whatsapp');
  await desk.office.writes(contact, 'Is anybody there?');
  await desk.tab('Inbox');
  await withColleague(desk, RUI, async (rui) => {
    await rui.tab('Inbox');
    await rui.row(contact.name).getByRole('button').first().click();
    await expect(desk.row(contact.name)).toContainText('Rui Teixeira has this conversation open');
    await desk.row(contact.name).getByRole('button').first().click();
    await expect(
      desk.page.getByRole('status').filter({ hasText: 'Rui Teixeira has this conversation open' }),
    ).toHaveCount(1);
    await desk.state('colleague views');

    await rui.row(contact.name).getByRole('button', { name: 'Assign' }).click();
    await rui.box.pressSequentially('Good morning, yes');
    const line = desk.page.locator('[data-dock] .here');
    await expect(line).toHaveText('Rui Teixeira is typing');
    await expect(rui.page.locator('[data-dock] .here')).toHaveText(/has this conversation open/);
    await desk.state('colleague types');

    // What is sent is typed no more, and who closes the conversation is gone.
    await rui.box.press('Shift+Enter');
    await expect(line).toHaveText('Rui Teixeira has this conversation open');
    await rui.page.getByRole('complementary').getByRole('button', { name: 'Add note' }).click();
    await rui.page.getByRole('textbox', { name: 'Your note' }).fill('He asks for Friday');
    await expect(line).toHaveText('Rui Teixeira is writing a note');
    await rui.page.getByRole('button', { name: 'Save note' }).click();
    await expect(line).toHaveText('Rui Teixeira has this conversation open');
    const other = await desk.office.contact('messenger');
    await desk.office.writes(other, 'Something else');
    await rui.tab('Inbox');
    await rui.row(other.name).getByRole('button').first().click();
    await expect(line).toHaveText('');
    await rui.tab('Assigned to you');
    await rui.row(contact.name).getByRole('button').first().click();
    await expect(line).toHaveText(/Rui Teixeira/);
  });
  // His program has ended without a word.
  await expect(desk.page.locator('[data-dock] .here')).toHaveText('');
});
