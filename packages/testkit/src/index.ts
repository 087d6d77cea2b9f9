export { describeWithPeers, findPeer } from './peers.ts';
