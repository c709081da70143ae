/** Most children of one matrix, the size that flows are built for (orchestration.md 6.3). */
export const maxChildren = 100_000;

/** Draws in a row that give nothing new before a random search is refused (orchestration.md 4.3). */
export const maxRejections = 10_000;

/** Most points of one hyper-parameter: what one draw of the generator can tell apart. */
export const maxPoints = 2 ** 32;

/** Most values of all trials of one random search together, since a search keeps them to tell trials apart. */
export const maxTrialValues = 5_000_000;

/**
 * Most values that one random search draws, those of thrown away trials included. Rejections in a row do not bound the
 * work alone: each find would allow as many again.
 */
export const maxDrawnValues = 10_000_000;
