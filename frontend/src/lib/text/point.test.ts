import { expect, it } from 'vitest';
import { pointOf } from './point';

it.each([
  ['38.7139, -9.1334'],
  ['38.7139 -9.1334'],
  ['(38.7139,-9.1334)'],
  ['38,7139 -9,1334'],
  ['38.7139° N, 9.1334° W'],
  ['38°42\'50.04"N 9°08\'00.24"W'],
  ['https://www.google.com/maps/place/Rossio/@38.70,-9.10,17z/data=!3m1!4b1!3d38.7139!4d-9.1334'],
  ['https://maps.google.com/?q=38.7139,-9.1334'],
  ['https://www.google.com/maps/@38.7139,-9.1334,15z'],
  ['https://www.google.com/maps/search/?api=1&query=38.7139%2C-9.1334'],
  ['https://maps.apple.com/?ll=38.7139,-9.1334&q=Rossio'],
  ['https://www.openstreetmap.org/?mlat=38.7139&mlon=-9.1334#map=16/38.70/-9.10'],
  ['https://www.openstreetmap.org/#map=16/38.7139/-9.1334'],
  ['geo:38.7139,-9.1334?z=12'],
])('finds the point in %s', (pasted) => {
  const point = pointOf(pasted)!;
  expect(point.latitude).toBeCloseTo(38.7139, 4);
  expect(point.longitude).toBeCloseTo(-9.1334, 4);
});

it.each(['', 'Rossio', '91, 0', '0, 181', 'https://maps.app.goo.gl/AbCd', '12', '38.7139'])(
  'finds none in “%s”',
  (pasted) => {
    expect(pointOf(pasted)).toBeUndefined();
  },
);
