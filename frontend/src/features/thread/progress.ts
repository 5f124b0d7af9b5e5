import type { Progress } from '../../lib/bridge/types';
import { fileSize } from '../../lib/format';
import { m } from '../../lib/paraglide/messages.js';
import type { Parley } from '../../lib/state/parley.svelte';

const EVERY_MS = 250;

/** Tells how far a file has come on its way, while it is, until the returned function is called. */
export function pollProgress(parley: Parley, mediaId: string, tell: (progress: Progress) => void): () => void {
  const timer = setInterval(() => {
    parley.transport.attachments
      .progress(mediaId)
      .then((progress) => {
        if (progress.running && progress.done > 0) tell(progress);
      })
      .catch(() => undefined);
  }, EVERY_MS);
  return () => clearInterval(timer);
}

/** Tells the same in words. */
export function watchProgress(parley: Parley, mediaId: string, tell: (text: string) => void): () => void {
  return pollProgress(parley, mediaId, ({ done, total }) =>
    tell(total > 0 ? m.download_of({ done: fileSize(done), total: fileSize(total) }) : fileSize(done)),
  );
}
