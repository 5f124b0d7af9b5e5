import { describe, expect, it } from 'vitest';
import { formLines, order } from './answers';

describe('answers', () => {
  it('are a list when they come from a form, without what is Meta’s', () => {
    const payload =
      '{"screen_0_First_name_0":"Ana","days":["0_Monday","2_Friday"],"flow_token":"x","agreed":true,"note":""}';
    expect(formLines(payload)).toEqual([
      { label: 'First name', value: 'Ana' },
      { label: 'Days', value: 'Monday, Friday' },
      { label: 'Agreed', value: 'true' },
      { label: 'Note', value: '' },
    ]);
  });

  it('of buttons are no list', () => {
    for (const payload of ['', 'yes-1', '42', '[1]', '"yes"', '{"flow_token":"x"}'])
      expect(formLines(payload)).toBeUndefined();
  });

  it('of orders have articles and a total in one currency', () => {
    const item = (id: string, quantity: number, price: number, currency = 'EUR') => ({
      product_retailer_id: id,
      quantity,
      item_price: price,
      currency,
    });
    const placed = order(JSON.stringify({ catalog_id: '7', product_items: [item('tour', 2, 45), item('bus', 1, 20)] }));
    expect(placed).toEqual({
      catalogId: '7',
      lines: [
        { id: 'tour', quantity: 2, price: '€45.00' },
        { id: 'bus', quantity: 1, price: '€20.00' },
      ],
      total: '€110.00',
    });
    expect(order(JSON.stringify({ product_items: [item('a', 1, 1), item('b', 1, 1, 'USD')] }))?.total).toBe('');
    expect(order('{}')).toBeUndefined();
  });
});
