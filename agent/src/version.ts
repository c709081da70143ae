/** Version of this agent, as it says in Hello and by `tandem-agent version`. */
export const version = '0.1.0';
