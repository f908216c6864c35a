/** Public entries of the package besides `fadelab` itself whose exports can be named in an override. */
export const ENTRIES = ['actors', 'channels', 'devices', 'learning', 'policies', 'algorithms'] as const;
