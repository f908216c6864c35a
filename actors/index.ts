/** The cast: clients, edge servers, the central server, and how they are joined. */
export { CENTRAL_SERVER, clientId, edgeServerId } from './cast.ts';
export { asynchronousCentralServerMachine } from './central-server/asynchronous-machine.ts';
export { centralServerMachine } from './central-server/machine.ts';
export { clientMachine } from './client/machine.ts';
export { edgeServerMachine } from './edge-server/machine.ts';
export { federation } from './federation.ts';
export { complete } from '../src/network/graph/complete.ts';
export { givenGraph } from '../src/network/graph/given.ts';
export { kRegular } from '../src/network/graph/k-regular.ts';
export { line } from '../src/network/graph/line.ts';
export { ring } from '../src/network/graph/ring.ts';
export { star } from '../src/network/graph/star.ts';
export { exponentialFailures } from '../src/network/failures/exponential.ts';
export { noFailures } from '../src/network/failures/none.ts';
