import { expect, type Desk } from './desk';

/** Opens a part of the workspace's administration. */
export async function administer(desk: Desk, part: string): Promise<void> {
  await desk.button('Workspace').click();
  await desk.page
    .getByRole('navigation', { name: 'Parts of the workspace' })
    .getByRole('button', { name: part })
    .click();
  await expect(desk.page.getByRole('heading', { name: part, level: 2, exact: true })).toBeVisible();
}
