import { test as base } from '@playwright/test';
import { ANA, Company, PASSWORD } from './company';
import { Desk, expect } from './desk';
import { Office } from './office';

base(
  'another hub answers at the address: it is said in the agent’s language, until the right one is back',
  async ({ page }) => {
    const ours = await Company.found();
    const theirs = await Company.found();
    const office = await Office.welcome();
    const desk = new Desk(page, office);
    try {
      await ours.serve();
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(office.addresses.page);
      await page.getByLabel('Hub address').fill(ours.address);
      await page.getByLabel('Work email').fill(ANA);
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await desk.ready();

      const title = page.locator('#stranger-title');
      for (const [language, says] of [
        ['en', 'This is not the hub you signed in to'],
        ['pt', 'Este não é o hub em que iniciou sessão'],
        ['es', 'Este no es el hub en el que inició sesión'],
      ] as const) {
        await desk.key('Control+,');
        await page.getByRole('dialog').locator('select').first().selectOption(language);
        await expect(page.locator('html')).toHaveAttribute('lang', new RegExp(`^${language}`));
        await desk.key('Escape');

        await ours.stop();
        await theirs.serve(ours.address);
        await expect(title).toHaveText(says);
        await expect(page.getByRole('alert')).toContainText(ours.address);
        await expect(page.getByRole('row').filter({ hasText: ours.identity })).toContainText(theirs.identity);
        await desk.state(`stranger ${language}`);
        if (language === 'en') {
          await desk.button('Trust the new one').click();
          await expect(desk.dialog('Trust the new hub?')).toBeVisible();
          await desk.state('stranger trusted');
          await desk.button('Cancel').click();
        }

        // The right one is known again as soon as it is back; nobody has to say so.
        await theirs.stop();
        await ours.serve();
        await expect(title).toBeHidden({ timeout: 60_000 });
        await page.locator('html[data-app-ready]').waitFor();
      }
      expect(desk.trouble, 'what the page complains about').toEqual([]);
      expect(office.complaints, 'what the application complains about').toEqual([]);
    } finally {
      await page.close();
      await office.close();
      await ours.close();
      await theirs.close();
    }
  },
);
