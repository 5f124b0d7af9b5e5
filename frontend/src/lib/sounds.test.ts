import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Sounds } from './sounds';

/** As much of Web Audio as plays a sound, on a device that can be away. */
class Device {
  static instance: Device;
  static here = true;
  state = 'suspended';
  destination = {};
  started: { onended: (() => void) | undefined }[] = [];
  connected = 0;

  constructor() {
    Device.instance = this;
  }
  async resume() {
    if (Device.here) this.state = 'running';
    else await new Promise(() => undefined);
  }
  async suspend() {
    this.state = 'suspended';
  }
  async decodeAudioData() {
    return { duration: 0.5 };
  }
  createGain() {
    const gain = {
      gain: { value: 1 },
      connect: () => (this.connected += 1),
      disconnect: () => (this.connected -= 1),
    };
    return gain;
  }
  createBufferSource() {
    const source = {
      buffer: undefined,
      onended: undefined as (() => void) | undefined,
      connect: <T>(to: T) => to,
      start: () => {
        this.started.push(source);
      },
    };
    return source;
  }
}

describe('Sounds', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('AudioContext', Device);
    Device.here = true;
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const sounds = () => new Sounds(async () => new Blob());

  it('plays, and lets the device go when it has been quiet for a while', async () => {
    const one = sounds();
    await one.play('chime', 60);
    await vi.advanceTimersByTimeAsync(1500);
    await one.play('chime', 60);
    const device = Device.instance;
    expect(device.started).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(2400);
    expect(device.state).toBe('running');
    await vi.advanceTimersByTimeAsync(200);
    expect(device.state).toBe('suspended');
    await one.play('chime', 60);
    expect(device.started).toHaveLength(3);
  });

  it('keeps nothing of a sound that has ended', async () => {
    const one = sounds();
    await one.play('chime', 60);
    const device = Device.instance;
    expect(device.connected).toBe(1);
    device.started[0]!.onended?.();
    expect(device.connected).toBe(0);
  });

  it('stays silent while the device is away, so that nothing is saved up for later', async () => {
    Device.here = false;
    const one = sounds();
    for (let i = 0; i < 3; i++) {
      void one.play('chime', 60);
      await vi.advanceTimersByTimeAsync(600);
    }
    Device.here = true;
    await one.play('chime', 60);
    expect(Device.instance.started).toHaveLength(1);
  });
});
