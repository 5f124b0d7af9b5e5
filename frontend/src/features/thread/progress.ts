import { fileSize } from '../../lib/format';
import { m } from '../../lib/paraglide/messages.js';
import type { Parley } from '../../lib/state/parley.svelte';

const EVERY_MS = 250;

/** Tells in words how far a file has come on its way here, until the returned function is called. */
export function watchProgress(parley: Parley, mediaId: string, tell: (text: string) => void): () => void {
  const timer = setInterval(() => {
    parley.transport.attachments
      .progress(mediaId)
      .then(({ running, done, total }) => {
        if (!running || done === 0) return;
        tell(total > 0 ? m.download_of({ done: fileSize(done), total: fileSize(total) }) : fileSize(done));
      })
      .catch(() => undefined);
  }, EVERY_MS);
  return () => clearInterval(timer);
}
