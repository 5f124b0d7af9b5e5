import { tag } from './language';

/** What is inside an answer's or an order's own value. Meta sends JSON; what cannot be read is shown as it is. */

export interface Line {
  label: string;
  value: string;
}

/** A form's answers in the order in which Meta sent them; undefined when it is no form. flow_token is Meta's own. */
export function formLines(payload: string): Line[] | undefined {
  const value = parsed(payload);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const lines = Object.entries(value)
    .filter(([key]) => key !== 'flow_token')
    .map(([key, answer]) => ({ label: label(key), value: plain(answer) }));
  return lines.length > 0 ? lines : undefined;
}

export interface OrderLine {
  id: string;
  quantity: number;
  price: string;
}

export interface Order {
  catalogId: string;
  lines: OrderLine[];
  total: string;
}

/** An order's articles; undefined when the value is none. */
export function order(payload: string): Order | undefined {
  const value = parsed(payload) as { catalog_id?: unknown; product_items?: unknown } | undefined;
  if (!value || !Array.isArray(value.product_items)) return undefined;
  let sum = 0;
  const currencies = new Set<string>();
  const lines = (value.product_items as Record<string, unknown>[]).map((item) => {
    const quantity = Number(item.quantity ?? 1) || 1;
    const price = Number(item.item_price);
    const currency = plain(item.currency ?? '');
    currencies.add(currency);
    sum += Number.isFinite(price) ? price * quantity : NaN;
    return { id: plain(item.product_retailer_id ?? ''), quantity, price: money(price, currency) };
  });
  const [currency = ''] = currencies;
  return { catalogId: plain(value.catalog_id ?? ''), lines, total: currencies.size === 1 ? money(sum, currency) : '' };
}

function money(amount: number, currency: string): string {
  if (!Number.isFinite(amount)) return '';
  try {
    return new Intl.NumberFormat(tag(), { style: 'currency', currency }).format(amount);
  } catch {
    return `${amount} ${currency}`.trim();
  }
}

/** "screen_0_First_name_0" and "first_name" as people write them. */
function label(key: string): string {
  const words = key
    .replace(/^screen_\d+_/, '')
    .replace(/_\d+$/, '')
    .replace(/_+/g, ' ')
    .trim();
  return words === '' ? key : words.charAt(0).toUpperCase() + words.slice(1);
}

function plain(value: unknown): string {
  if (typeof value === 'string') return value.replace(/^\d+_(?=\D)/, '');
  if (Array.isArray(value)) return value.map(plain).join(', ');
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return value === null || value === undefined ? '' : String(value);
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return undefined;
  }
}
