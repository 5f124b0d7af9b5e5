import type { SoundName } from './bridge/types';

/** So long after the last sound the audio device is let go: an open one costs power all day. */
const REST_MS = 2000;

/**
 * Plays the alert sounds. They are decoded once: WebKitGTK does not play a media element from the page's own address
 * (2.50.6), and a Web Audio buffer begins at once.
 */
export class Sounds {
  #context: AudioContext | undefined;
  readonly #buffers = new Map<SoundName, Promise<AudioBuffer>>();
  readonly #bytes: (url: string) => Promise<Blob>;
  #resting: ReturnType<typeof setTimeout> | undefined;

  /** @param bytes fetches a file of the page */
  constructor(bytes: (url: string) => Promise<Blob>) {
    this.#bytes = bytes;
  }

  /** @param volume 0 to 100 */
  async play(name: SoundName, volume: number): Promise<void> {
    if (name === 'none' || volume <= 0 || typeof AudioContext === 'undefined') return;
    const context = (this.#context ??= new AudioContext());
    clearTimeout(this.#resting);
    const buffer = await this.#load(context, name);
    if (context.state === 'suspended') await Promise.race([context.resume(), pause(500)]);
    this.#rest(context, buffer.duration * 1000);
    // Until the person has touched the window, the web view may keep it suspended: a sound that was started then would
    // wait, and all of them would come at once.
    if ((context.state as AudioContextState) !== 'running') return;
    const source = context.createBufferSource();
    const gain = context.createGain();
    // Loudness is felt in proportion to its power, not to its amplitude.
    gain.gain.value = (Math.min(volume, 100) / 100) ** 2;
    source.buffer = buffer;
    source.connect(gain).connect(context.destination);
    source.onended = () => gain.disconnect();
    source.start();
  }

  #rest(context: AudioContext, soundMs: number): void {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => void context.suspend().catch(() => undefined), soundMs + REST_MS);
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
