import { describe, expect, it } from 'vitest';
import { findAll, marks, matches } from './fold';
import { hrefOf, parse } from './parse';
import { initials, oneLine, textDirection } from './safe';
import { emailValid, numberValid } from './valid';

describe('parse', () => {
  it.each([
    ['plain', [{ kind: 'text', text: 'plain' }]],
    ['*b*', [{ kind: 'bold', children: [{ kind: 'text', text: 'b' }] }]],
    [
      'a *b* c',
      [
        { kind: 'text', text: 'a ' },
        { kind: 'bold', children: [{ kind: 'text', text: 'b' }] },
        { kind: 'text', text: ' c' },
      ],
    ],
    ['2*3*4', [{ kind: 'text', text: '2*3*4' }]],
    ['* a *', [{ kind: 'text', text: '* a *' }]],
    ['snake_case_name', [{ kind: 'text', text: 'snake_case_name' }]],
    ['*_x_*', [{ kind: 'bold', children: [{ kind: 'italic', children: [{ kind: 'text', text: 'x' }] }] }]],
    ['~s~', [{ kind: 'strike', children: [{ kind: 'text', text: 's' }] }]],
    ['`*c*`', [{ kind: 'code', text: '*c*', block: false }]],
    ['```\na\n```', [{ kind: 'code', text: 'a', block: true }]],
    ['*open', [{ kind: 'text', text: '*open' }]],
    ['<b>x</b>', [{ kind: 'text', text: '<b>x</b>' }]],
  ])('%j', (text, nodes) => {
    expect(parse(text)).toEqual(nodes);
  });

  it('finds links without the punctuation of the sentence', () => {
    const nodes = parse('See (https://example.com/a_b_c?x=1), or www.example.org. Mail me@example.com!');
    expect(
      nodes.filter((node) => node.kind === 'link').map((node) => node.kind === 'link' && [node.text, node.href]),
    ).toEqual([
      ['https://example.com/a_b_c?x=1', 'https://example.com/a_b_c?x=1'],
      ['www.example.org', 'https://www.example.org/'],
      ['me@example.com', 'mailto:me@example.com'],
    ]);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'nonsense'])('never links %s', (text) => {
    expect(hrefOf(text)).toBe('');
  });

  it('comes to an end on hostile text, with something to show', { timeout: 30_000 }, () => {
    for (const text of ['*'.repeat(4096), '_a '.repeat(1400), '*_~'.repeat(1300)]) {
      expect(parse(text).length, text.slice(0, 6)).toBeGreaterThan(0);
    }
  });
});

describe('marks', () => {
  it.each([
    ['A reservação de sábado', 'RESERVAC', ['reservaç']],
    ['A reservação de sábado', 'sab reserv', ['reserv']],
    ['hotel Lisboa, Lisboa hotel', '"hotel lisboa"', ['hotel Lisboa']],
    ['hotel Lisboa', 'lisboa hot', ['hot', 'Lisboa']],
    ['Straße nach Łódź', 'strasse lodz', ['Straße', 'Łódź']],
    ['予約を変更したい', '変更', ['変更']],
    ['مُحَمَّد', 'محمد', ['مُحَمَّد']],
    ['a+b = 100%', '%', ['%']],
    ['an e-mail', 'e-mail', ['e-mail']],
    ['nothing here', 'here nothing else', ['nothing', 'here']],
    ['obrigada 🙏', '🙏', ['🙏']],
    ['text', '  ', []],
  ])('in %j for %j', (text, typed, found) => {
    expect(marks(text, typed).map((range) => text.slice(range.start, range.end))).toEqual(found);
  });
});

describe('findAll', () => {
  it('ignores case and accents, and answers in units of the original', () => {
    const text = 'São José, sao';
    expect(findAll(text, 'SAO').map((range) => text.slice(range.start, range.end))).toEqual(['São', 'sao']);
  });

  it('copes with emoji and Arabic vowel marks', () => {
    const text = '🙏 مُحَمَّد ok';
    expect(findAll(text, 'محمد').map((range) => text.slice(range.start, range.end))).toEqual(['مُحَمَّد']);
    expect(findAll(text, '')).toEqual([]);
  });

  it('matches all words in any order', () => {
    expect(matches('Marta Figueiredo', 'figue mar')).toBe(true);
    expect(matches('Marta Figueiredo', 'marat')).toBe(false);
  });
});

describe('names', () => {
  it.each([
    ['Marta Figueiredo', 'MF'],
    ['Cher', 'C'],
    ['خالد المنصوري', 'خ'],
    ['  "Bob" the builder ', 'BB'],
    ['🙏', ''],
    ['', ''],
  ])('initials of %j are %j', (name, expected) => {
    expect(initials(name)).toBe(expected);
  });

  it('takes control characters and direction overrides out of a line, and shortens it', () => {
    expect(oneLine('a\u0000b\u202ec\n d')).toBe('a bc  d');
    expect(oneLine('x'.repeat(10_000)).length).toBe(301);
  });

  it('takes the direction from the first strong letter', () => {
    expect(textDirection('5 يوليو ok')).toBe('rtl');
    expect(textDirection('🙏 ok يوليو')).toBe('ltr');
  });
});

describe('contact fields', () => {
  it.each(['+44 7700 900318', '+351 912-345-678', '+1 (555) 010-0000'])('takes the number %s', (text) => {
    expect(numberValid(text)).toBe(true);
  });
  it.each(['7700 900318', '+0 123 4567', '+12', '+1234567890123456', 'call me'])('refuses the number %s', (text) => {
    expect(numberValid(text)).toBe(false);
  });
  it.each([
    ['a@b.co', true],
    ['a.b+c@mail.example.com', true],
    ['a@b', false],
    ['a b@c.de', false],
    ['@c.de', false],
  ])('email %s is %s', (text, valid) => {
    expect(emailValid(text)).toBe(valid);
  });
});
