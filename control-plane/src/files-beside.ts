// Files that are not imported and must lie beside the program: beside this file in source, beside the bundle when built.

const own = import.meta.url;

/** Numbered SQL files and nothing else that matters. */
export const migrationsFolder = new URL('./migrations/', own);

/** Entry of the thread that works on large texts. */
export const stageOneThread = new URL(`./stage-one-thread${own.slice(own.lastIndexOf('.'))}`, own);
