/** Characters of the longest template. Templates are written by people; a longer one is data, which is not parsed. */
export const maxTemplateLength = 64 * 1024;
