export { openImageStore, readImageStore, withTag, type ImageStore, type NewImage } from './image-store.ts';
export type { LayerEntry } from './layer.ts';
export { makeStarterImage, STARTER_REFERENCE } from './starter-image.ts';
