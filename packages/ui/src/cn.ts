import { clsx, type ClassValue } from 'clsx';
import { extendTailwindMerge } from 'tailwind-merge';

const merge = extendTailwindMerge({ extend: { theme: { text: ['2xs'] } } });

/** Class names joined; of two that say different things about one property the later wins. */
export const cn = (...values: ClassValue[]): string => merge(clsx(values));
