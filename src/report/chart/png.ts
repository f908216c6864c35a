import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';

/** Pixels to a unit of the SVG: enough for a slide. */
const SCALE = 2;

/** Where systems keep their fonts. Without any, a picture would come out without its words. */
const FONTS = [
  ...['/usr/share/fonts', '/usr/local/share/fonts', '/System/Library/Fonts', 'C:\\Windows\\Fonts'],
  ...[join(homedir(), '.fonts'), join(homedir(), '.local/share/fonts'), join(homedir(), 'Library/Fonts')],
];

export const hasFonts = (): boolean => FONTS.some((folder) => existsSync(folder));

/** Draws an SVG as PNG. */
export function png(picture: string): Uint8Array {
  const drawn = new Resvg(picture, {
    fitTo: { mode: 'zoom', value: SCALE },
    font: { loadSystemFonts: true, defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' },
    background: '#ffffff',
  });
  return drawn.render().asPng();
}
