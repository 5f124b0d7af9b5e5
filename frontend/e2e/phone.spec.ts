import { expect, test } from './desk';

test('two customers are played side by side', async ({ desk, context }) => {
  const first = await desk.office.contact('whatsapp');
  const second = await desk.office.contact('messenger');
  const phone = await context.newPage();
  await phone.goto(desk.office.addresses.phone);
  await phone.getByRole('button', { name: first.name }).click();
  await phone.getByText('More').or(phone.locator('#menu summary')).first().click();
  await phone.getByRole('button', { name: 'Keep this phone beside others' }).click();
  await phone.getByRole('button', { name: second.name }).click();
  const kept = phone.frameLocator(`iframe[title^="${first.name}"]`);
  await kept.getByRole('textbox', { name: /^Write as/ }).fill('From the first phone');
  await kept.getByRole('textbox', { name: /^Write as/ }).press('Enter');
  await phone.getByRole('textbox', { name: /^Write as/ }).fill('From the second');
  await phone.getByRole('textbox', { name: /^Write as/ }).press('Enter');
  await desk.tab('Inbox');
  await expect(desk.row(first.name)).toContainText('From the first phone');
  await expect(desk.row(second.name)).toContainText('From the second');
  await desk.pictured('practice phones', phone);
  await phone.getByRole('button', { name: `Put ${first.name}’s phone away` }).click();
  await expect(phone.locator('iframe')).toHaveCount(0);
});
