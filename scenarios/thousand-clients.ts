/**
 * Covers: a timing-only study: no learning, times and messages alone.
 * Scenario: a thousand clients on one cloud, in twenty cells on 20 MHz each: how long does a round of FedAvg take?
 */
import { fedAvg, MHz, scenario } from 'fadelab';
import { federation } from 'fadelab/actors';
import { ofdma, radio } from 'fadelab/channels';
import { heterogeneous, shiftedExponential } from 'fadelab/devices';
import { timingOnly } from 'fadelab/learning';

export const thousandClients = scenario({
  name: 'thousand-clients',
  seed: 1,
  topology: federation({ clients: 1000, edgeServers: 20 }),
  channel: radio({ access: ofdma({ bandwidth: MHz(20) }) }),
  devices: { clock: heterogeneous({ gap: 10 }), straggler: shiftedExponential({ scale: 0.5 }) },
  task: timingOnly(),
  algorithm: fedAvg({ localSteps: 5 }),
  until: { rounds: 20 },
});
