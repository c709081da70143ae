// Answers every request with one line, until it is asked to end.
import { createServer } from 'node:http';

const [port, text] = process.argv.slice(2);
const server = createServer((_, answer) => answer.end(`${text}\n`));
server.listen(Number(port), '127.0.0.1', () => console.log(`answering on port ${server.address().port}`));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
