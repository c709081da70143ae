import { attempt, run } from './command.ts';
import { inside, nodeAddress, type Place, serviceAddress } from './place.ts';

/**
 * A network namespace with the node's bridge, and a link to the outside: pods and outside processes reach each other by
 * plain routes, since every cluster has pod addresses of its own.
 */
export async function makeNetwork(place: Place): Promise<void> {
  await run(['ip', 'netns', 'add', place.namespace]);
  await run(['ip', 'link', 'add', place.link, 'type', 'veth', 'peer', 'name', 'up0', 'netns', place.namespace]);
  const commands = [
    'ip link set lo up',
    'ip link add node0 type bridge',
    `ip addr add ${nodeAddress}/24 dev node0`,
    `ip addr add ${serviceAddress}/32 dev node0`,
    'ip link set node0 up',
    `ip addr add ${place.insideAddress}/24 dev up0`,
    'ip link set up0 up',
    `ip route add default via ${place.outsideAddress}`,
    'sysctl -qw net.ipv4.ip_forward=1',
  ];
  for (const command of commands) await run(inside(place, command.split(' ')));
  await run(['ip', 'addr', 'add', `${place.outsideAddress}/24`, 'dev', place.link]);
  await run(['ip', 'link', 'set', place.link, 'up']);
  await run(['ip', 'route', 'add', place.podSubnet, 'via', place.insideAddress]);
}

/** Harmless where there is none. The link goes with the namespace, but some time later, so it is removed by name too. */
export async function removeNetwork(place: Place): Promise<void> {
  await attempt(['ip', 'link', 'delete', place.link]);
  await attempt(['ip', 'netns', 'delete', place.namespace]);
}
