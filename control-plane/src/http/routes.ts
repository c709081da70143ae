import type { Route } from './route.ts';
import { agentRoutes } from './routes/agents.ts';
import { platformRoutes } from './routes/platform.ts';
import { projectRoutes } from './routes/projects.ts';
import { runActionRoutes } from './routes/run-actions.ts';
import { runRoutes } from './routes/runs.ts';
import { streamRoutes } from './routes/streams.ts';
import { userRoutes } from './routes/users.ts';

/** Every route there is. The server, the document and the test that attacks each of them read this list. */
export const routes: readonly Route[] = [
  ...platformRoutes,
  ...userRoutes,
  ...agentRoutes,
  ...projectRoutes,
  ...runRoutes,
  ...runActionRoutes,
  ...streamRoutes,
];
