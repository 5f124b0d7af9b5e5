import { expect, test } from './desk';
import { HOUR } from './office';

test('a day is jumped to, also one of an earlier conversation', async ({ desk }) => {
  const contact = await desk.taken('whatsapp', 'The very first question');
  await desk.office.advance(30 * HOUR);
  await desk.office.writes(contact, 'The next day');
  for (let i = 0; i < 12; i += 1) await desk.office.writes(contact, `And line ${i}\nwith\nmore\nlines`);
  await expect(desk.message('And line 11')).toBeVisible();
  await desk.key('Control+g');
  const dialog = desk.dialog('Jump to a date');
  await expect(dialog.getByRole('gridcell', { selected: true }).getByRole('button')).toBeFocused();
  await desk.state('jump to date');
  await desk.key('ArrowLeft');
  await desk.key('ArrowLeft');
  await desk.key('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(desk.message('The very first question')).toBeInViewport();
});

test('the photos of a thread are looked at one after the other, near and far', async ({ desk }) => {
  const contact = await desk.taken('whatsapp', 'Two photos');
  await desk.office.writes(contact, { sample: 'photo' });
  await desk.office.writes(contact, { sample: 'photo' });
  await expect(desk.log.getByRole('img', { name: 'Photo' })).toHaveCount(2);
  await desk.log.getByRole('button', { name: 'Open photo' }).first().click();
  const viewer = desk.dialog('Photo viewer');
  await expect(viewer).toContainText('of 2');
  await desk.key('ArrowLeft');
  await expect(viewer).toContainText('1 of 2');
  await desk.key('ArrowRight');
  await expect(viewer).toContainText('2 of 2');
  await desk.key('+');
  await expect(viewer).toContainText('150 %');
  await desk.state('media viewer zoomed');
  await desk.key('0');
  await expect(viewer).toContainText('100 %');
  await desk.choose('/tmp/page-saved.png');
  await viewer.getByRole('button', { name: /^Save/ }).click();
  await expect(desk.page.getByText('/tmp/page-saved.png')).toBeVisible();
  await desk.key('Escape');
  await expect(viewer).toHaveCount(0);
  await expect(desk.log.getByRole('button', { name: 'Open photo' }).first()).toBeFocused();
});

test('bold and the like have buttons, for whoever does not know the marks', async ({ desk }) => {
  const contact = await desk.taken('whatsapp');
  await desk.button('Formatting').click();
  await desk.box.fill('at nine');
  await desk.box.evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(3, 7));
  await desk.button('Bold').click();
  await expect(desk.box).toHaveValue('at *nine*');
  await expect(desk.box).toBeFocused();
  await desk.state('formatting');
  await desk.box.press('Shift+Enter');
  await desk.arrived(contact, 'at *nine*');
});
