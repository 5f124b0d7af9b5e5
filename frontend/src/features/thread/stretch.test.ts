import { describe, expect, it } from 'vitest';
import { stretchAround, stretchMoved } from './stretch';

const ten = () => 10;
const keys = (text: string) => [...text].map((key) => ({ key }));

describe('stretchAround', () => {
  it('fills the view from the end upward', () => {
    expect(stretchAround(100, 100, 55, 0, ten)).toEqual({ from: 94, to: 100 });
  });
  it('begins at an item and goes on below it', () => {
    expect(stretchAround(100, 40, 0, 55, ten)).toEqual({ from: 40, to: 46 });
  });
  it('takes from the other side what an end of the list leaves empty', () => {
    expect(stretchAround(100, 98, 0, 50, ten)).toEqual({ from: 95, to: 100 });
    expect(stretchAround(100, 1, 50, 10, ten)).toEqual({ from: 0, to: 6 });
  });
  it('is everything when everything fits', () => {
    expect(stretchAround(3, 3, 500, 0, ten)).toEqual({ from: 0, to: 3 });
    expect(stretchAround(0, 0, 500, 0, ten)).toEqual({ from: 0, to: 0 });
  });
});

describe('stretchMoved', () => {
  it('finds the same items below an older page', () => {
    expect(stretchMoved({ from: 1, to: 3 }, keys('abcd'), keys('xyzabcd'))).toEqual({ from: 4, to: 6 });
  });
  it('takes what has come at an end that is rendered', () => {
    expect(stretchMoved({ from: 2, to: 4 }, keys('abcd'), keys('abcdef'))).toEqual({ from: 2, to: 6 });
    expect(stretchMoved({ from: 1, to: 3 }, keys('abcd'), keys('abcdef'))).toEqual({ from: 1, to: 3 });
  });
  it('finds what is left when its first items have gone', () => {
    expect(stretchMoved({ from: 1, to: 4 }, keys('abcde'), keys('acde'))).toEqual({ from: 0, to: 3 });
  });
  it('takes the divider that stands in place of the first one', () => {
    expect(stretchMoved({ from: 0, to: 2 }, keys('abc'), keys('dbc'))).toEqual({ from: 0, to: 2 });
    expect(stretchMoved({ from: 0, to: 2 }, keys('abc'), keys('dxybc'))).toEqual({ from: 2, to: 4 });
  });
  it('is nothing in another list', () => {
    expect(stretchMoved({ from: 0, to: 2 }, keys('ab'), keys('xy'))).toEqual({ from: 0, to: 0 });
  });
});
