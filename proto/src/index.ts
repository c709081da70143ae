export * from '../gen/tandem/agent/v1/agent.ts';
