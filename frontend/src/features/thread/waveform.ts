/** The wave form of a recording: how loud each part of it is. */

/** Loudest parts, from 0 to 1, of so many equal stretches of samples; all 0 for silence. */
export function peaks(samples: Float32Array, count: number): number[] {
  const found = Array.from({ length: count }, (_, bar) => {
    const from = Math.floor((bar * samples.length) / count);
    const to = Math.floor(((bar + 1) * samples.length) / count);
    // A voice swings hundreds of times a second: every eighth sample finds how far.
    let most = 0;
    for (let i = from; i < to; i += 8) most = Math.max(most, Math.abs(samples[i]!));
    return most;
  });
  const most = Math.max(...found);
  return most < 0.001 ? found.map(() => 0) : found.map((one) => one / most);
}

/** What was decoded, by media id: a thread shows the same recordings again. */
const known = new Map<string, number[]>();

export function waveform(mediaId: string): number[] | undefined {
  return known.get(mediaId);
}

/** Decodes a recording that is here; undefined where the web view lacks its codec. */
export async function decodeWaveform(mediaId: string, recording: Blob, count: number): Promise<number[] | undefined> {
  const here = known.get(mediaId);
  if (here) return here;
  try {
    const decoder = new OfflineAudioContext(1, 1, 16_000);
    const decoded = await decoder.decodeAudioData(await recording.arrayBuffer());
    const found = peaks(decoded.getChannelData(0), count);
    known.set(mediaId, found);
    return found;
  } catch {
    return undefined;
  }
}
