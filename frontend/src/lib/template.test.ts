import { describe, expect, it } from 'vitest';
import { template } from './bridge/fake-data';
import { count, fill, filled, fits, matches, prefilled, ranked, rescued, restOfDraft, unsendable } from './template';
import { templateProblem } from './words';

const reminder = template('reminder', 'Olá {{1}}, a sua reserva {{ 2 }} é {{1}}.', {
  headerFormat: 'TEXT',
  headerText: 'Reserva {{1}}',
  headerVariables: ['1'],
  buttons: [
    { type: 'QUICK_REPLY', text: 'OK', url: '', variable: false },
    { type: 'URL', text: 'Ver', url: 'https://example.com/{{1}}', variable: true },
  ],
});

describe('templates', () => {
  it('are filled in every place, also twice, and show what is still empty', () => {
    expect(fill(reminder.body, reminder.bodyVariables, ['Ana $1', ''])).toBe(
      'Olá Ana $1, a sua reserva {{ 2 }} é Ana $1.',
    );
    expect(fill('{{name}}!', ['name'], ['  Ana '])).toBe('Ana!');
  });

  it('count their places in heading, text and buttons', () => {
    const values = prefilled(reminder, 'Ana');
    expect(values).toEqual({ header: [''], body: ['Ana', ''], buttons: [''] });
    expect(count(reminder, values)).toEqual({ filled: 1, places: 4 });
    const all = { header: ['42'], body: ['Ana', ' 42 '], buttons: ['42'] };
    expect(count(reminder, all)).toEqual({ filled: 4, places: 4 });
    expect(filled(reminder, all)).toMatchObject({ body: ['Ana', '42'], buttons: ['42'], language: 'en' });
  });

  it('take the contact’s name only where it is meant', () => {
    expect(prefilled(template('a', 'Your code is {{1}}.'), 'Ana').body).toEqual(['']);
    expect(prefilled(template('b', 'Code {{code}} for {{first_name}}'), 'Ana').body).toEqual(['', 'Ana']);
    expect(prefilled(template('c', 'Hello, {{1}}! {{2}}'), '').body).toEqual(['', '']);
  });

  it('can be sent only when approved and listed, and say why not', () => {
    const reasons = [
      { status: 'PAUSED' },
      { status: 'REJECTED', reason: 'ABUSIVE' },
      { gone: true },
      { status: 'NEW_WORD' },
    ].map((change) => template('x', 'y', change));
    expect(reasons.map(unsendable)).toEqual(['status', 'status', 'gone', 'status']);
    for (const one of reasons) expect(templateProblem(one)).not.toBe('');
    expect(templateProblem(reasons[1]!)).toContain('ABUSIVE');
    expect(templateProblem(reminder)).toBe('');
    expect(templateProblem(template('x', 'y', { headerFormat: 'LOCATION' }))).toBe('');
  });

  it('are found by name, language and text, without accents', () => {
    expect(matches(reminder, 'ola RESERVA')).toBe(true);
    expect(matches(template('booking_changed', 'x'), 'booking changed')).toBe(true);
    expect(matches(reminder, 'nothing')).toBe(false);
  });

  it('take over what a draft says: names, numbers, days and times where they are asked for', () => {
    const names = { contact: 'Ana', agent: 'Inês' };
    const moved = template('moved', 'Olá {{1}}, a sua reserva {{2}} mudou para {{3}} às {{4}}.');
    const draft = 'Boa tarde! A reserva OV-51906 passa para 12 de junho, saímos às 9:30.';
    expect(rescued(moved, draft, names).body).toEqual(['Ana', 'OV-51906', '12 de junho', '9:30']);
    const named = template('named', 'Hi {{first_name}}, this is your booking {{booking}}. Total: {{amount}}', {});
    expect(rescued(named, 'It is 48211 and costs €120.50', names).body).toEqual(['Ana', '48211', '€120.50']);
    expect(rescued(moved, 'Nothing to take over', names).body).toEqual(['Ana', '', '', '']);
  });

  it('carry the whole draft where a place stands for free words, and leave nothing of it behind', () => {
    const names = { contact: 'Ana', agent: 'Inês' };
    const news = template('news', 'Hello {{1}}, we have news about your request:\n{{2}}');
    const draft = 'The boat is full,\nbut Sunday works.';
    const values = rescued(news, draft, names);
    expect(values.body).toEqual(['Ana', 'The boat is full, but Sunday works.']);
    expect(restOfDraft(draft, values)).toBe('');
    expect(restOfDraft(draft, { ...values, body: ['Ana', 'Something else'] })).toBe(draft);
    expect(rescued(news, 'x'.repeat(701), names).body).toEqual(['Ana', '']);
    expect(rescued(template('code', 'Your code is {{1}} today.'), draft, names).body).toEqual(['']);
  });

  it('come in the order of what it is about when nothing was written yet', () => {
    const boat = template('boat', 'We answer about the whale boat soon, {{1}}');
    const booking = template('booking', 'Your booking is here, {{1}}');
    expect(ranked([booking, boat], '', 'en', 'Is the whale boat leaving?')[0]!.name).toBe('boat');
    expect(ranked([boat, booking], 'the booking', 'en', 'whale')[0]!.name).toBe('booking');
  });

  it('come in the order in which they help: sendable, fitting what is to be said, in the contact’s language', () => {
    const paused = template('paused', 'your booking has moved to another date', { status: 'PAUSED' });
    const moved = template('moved', 'Your booking has moved to {{1}}');
    const hello = template('hello', 'Hello');
    const ola = template('ola', 'Olá', { language: 'pt_PT' });
    const wanted = 'the booking has moved to Friday';
    expect(ranked([paused, hello, ola, moved], wanted, 'pt').map((one) => one.name)).toEqual([
      'moved',
      'ola',
      'hello',
      'paused',
    ]);
    expect(fits(moved, wanted)).toBe(2);
  });
});
