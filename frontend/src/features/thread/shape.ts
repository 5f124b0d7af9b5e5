import type { Content, Media } from '../../lib/bridge/types';

/** How a message's bubble is built. */
export type Shape =
  | 'answer'
  | 'cards'
  | 'deleted'
  | 'file'
  | 'gone'
  | 'image'
  | 'order'
  | 'place'
  | 'sticker'
  | 'template'
  | 'text'
  | 'unsupported'
  | 'video'
  | 'voice';

/** Kinds that are shown by their file, and how. */
const FILES: Readonly<Record<string, Shape>> = {
  image: 'image',
  sticker: 'sticker',
  video: 'video',
  audio: 'voice',
  document: 'file',
};

/** The shape of a message. What lacks the thing that its kind is about is shown by its text. */
export function shapeOf(content: Content, deleted: boolean, media: Media | undefined): Shape {
  if (deleted) return 'deleted';
  if (media?.state === 'gone') return 'gone';
  switch (content.kind) {
    case 'location':
      return content.location ? 'place' : 'text';
    case 'contacts':
      return 'cards';
    case 'answer':
    case 'order':
    case 'unsupported':
      return content.kind;
    case 'template':
      return content.template ? 'template' : 'text';
    default:
      return (media && FILES[content.kind]) ?? 'text';
  }
}
