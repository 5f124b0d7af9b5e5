import { describe, expect, it } from 'vitest';
import { peaks } from './waveform';

describe('a wave form', () => {
  it('shows loud parts high and quiet ones low, the loudest at the top', () => {
    const samples = new Float32Array(8000).map((_, i) => Math.sin(i / 3) * (i < 4000 ? 0.1 : 0.4));
    const [first, , , last] = peaks(samples, 4);
    expect(first).toBeCloseTo(0.25, 1);
    expect(last).toBeCloseTo(1, 1);
  });

  it('is flat for silence, and for nothing', () => {
    expect(peaks(new Float32Array(100), 3)).toEqual([0, 0, 0]);
    expect(peaks(new Float32Array(0), 2)).toEqual([0, 0]);
  });
});
