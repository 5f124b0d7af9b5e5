import { test as base } from '@playwright/test';
import { Desk, expect, test } from './desk';
import { Office } from './office';

base('who comes first is told why a hub cannot be reached, and can practise with one click', async ({ page }) => {
  const office = await Office.welcome();
  const desk = new Desk(page, office);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(office.addresses.page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Every conversation answered in time');
  await desk.state('welcome');

  await page.getByLabel('Hub address').fill('127.0.0.1:9');
  await page.getByLabel('Work email').fill('ana@example.com');
  await page.getByLabel('Password', { exact: true }).fill('not a secret of anybody');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('alert')).not.toBeEmpty();
  await expect(page.getByLabel('Hub address')).toHaveValue('127.0.0.1:9');
  await desk.state('welcome hub not found');

  await page.getByRole('button', { name: 'Open the practice workspace' }).click();
  await desk.ready();
  expect(desk.trouble, 'what the page complains about').toEqual([]);
  expect(office.complaints, 'what the application complains about').toEqual([]);
  await page.close();
  await office.close();
});

test('a supervisor sees how the team stands, while contacts wait and colleagues work', async ({ desk }) => {
  await desk.taken('whatsapp');
  for (const text of ['Is the ferry running?', 'And the one after it?']) {
    await desk.office.writes(await desk.office.contact('messenger'), text);
  }
  await desk.page.getByRole('button', { name: 'How the team stands' }).click();
  const wall = desk.page.getByRole('main', { name: 'How the team stands' });
  await expect(wall.getByRole('table').first()).toBeVisible();
  await desk.state('wallboard');
});
