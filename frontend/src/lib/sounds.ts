import type { SoundName } from './bridge/types';

/**
 * Plays the alert sounds. They are decoded once: WebKitGTK does not play a media element from the page's own address
 * (2.50.6), and a Web Audio buffer begins at once.
 */
export class Sounds {
  #context: AudioContext | undefined;
  readonly #buffers = new Map<SoundName, Promise<AudioBuffer>>();
  readonly #bytes: (url: string) => Promise<Blob>;

  /** @param bytes fetches a file of the page */
  constructor(bytes: (url: string) => Promise<Blob>) {
    this.#bytes = bytes;
  }

  /** @param volume 0 to 100 */
  async play(name: SoundName, volume: number): Promise<void> {
    if (name === 'none' || volume <= 0 || typeof AudioContext === 'undefined') return;
    const context = (this.#context ??= new AudioContext());
    // Until the person has touched the window, the web view may keep it suspended: then it stays silent.
    if (context.state === 'suspended') await Promise.race([context.resume(), pause(500)]);
    const buffer = await this.#load(context, name);
    const source = context.createBufferSource();
    const gain = context.createGain();
    // Loudness is felt in proportion to its power, not to its amplitude.
    gain.gain.value = (Math.min(volume, 100) / 100) ** 2;
    source.buffer = buffer;
    source.connect(gain).connect(context.destination);
    source.start();
  }

  #load(context: AudioContext, name: SoundName): Promise<AudioBuffer> {
    const known = this.#buffers.get(name);
    if (known) return known;
    const loading = this.#bytes(`/sounds/${name}.wav`)
      .then((blob) => blob.arrayBuffer())
      .then((bytes) => context.decodeAudioData(bytes));
    this.#buffers.set(name, loading);
    loading.catch(() => this.#buffers.delete(name));
    return loading;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
