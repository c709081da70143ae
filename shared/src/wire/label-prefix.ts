/** Domain of the labels and annotations that Tandem puts on things in a cluster. */
export const labelPrefix = 'tandem.dev';
