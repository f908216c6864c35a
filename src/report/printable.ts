/** No XML holds control characters, halves of characters or U+FFFE, however they are escaped. */
const UNPRINTABLE = /(?![\n\t\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu;

/** A picture or page whose names and titles came from anywhere, as text that every reader of XML takes. */
export const printable = (text: string): string => text.replaceAll(UNPRINTABLE, '\ufffd');
