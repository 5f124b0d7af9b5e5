/** The first frame waits so long for its face at most; without it the system's own is used. */
const LATEST_MS = 150;

/**
 * Resolves once text can be drawn in Parley's own face. It comes with the program: on Linux each size and weight of a
 * face of the system is a search through all its fonts, which made up a quarter of the start.
 */
export async function faceReady(): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, LATEST_MS));
  await Promise.race([document.fonts.load("1em 'Inter Variable'"), late]).catch(() => undefined);
}
