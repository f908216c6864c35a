import { present } from '../../assert.ts';
import { largest, smallest } from '../../math/extremes.ts';
import { type Claim, claim, type Setting } from '../claim.ts';
import { type Curve, finalLoss, mean, secondsTo, secondsToLoss } from '../curve.ts';
import { type Form, median, spanned } from './settings.ts';

type Medium = 'digital' | 'over-the-air';

const run = (form: Form, uplink: Medium, clients: number, power: number): Setting => ({
  scenario: 'inSeconds',
  set: {
    'algorithm.uplink': uplink,
    'topology.clients': clients,
    'channel.clientPower': power,
    'until.rounds': form.rounds,
  },
});

/** Loss that learners reach in passing. */
const TARGET = 1.2;

/** When over-the-air sums beat bits over OFDMA, and when they don't. */
export function mediumClaim(form: Form): Claim {
  const [STRONG, WEAK] = [20, -20];
  return claim({
    id: 'P8',
    claim:
      'over the air beats OFDMA in virtual time, the more so the more devices; not at low SNR, where noise stops it',
    criterion:
      'time to loss 1.2: digital / air > 2 at 10 clients and larger at 60 at 20 dBm; at −20 dBm digital ends with the lower loss',
    runs: {
      digital10: run(form, 'digital', 10, STRONG),
      air10: run(form, 'over-the-air', 10, STRONG),
      digital60: run(form, 'digital', 60, STRONG),
      air60: run(form, 'over-the-air', 60, STRONG),
      digitalWeak: run(form, 'digital', 60, WEAK),
      airWeak: run(form, 'over-the-air', 60, WEAK),
    },
    judge({ digital10, air10, digital60, air60, digitalWeak, airWeak }) {
      const time = secondsTo(TARGET);
      const [few, many] = [time(digital10) / time(air10), time(digital60) / time(air60)];
      const [digital, air] = [finalLoss(digitalWeak), finalLoss(airWeak)];
      const perRound = mean(digitalWeak.map(({ seconds, rounds }) => seconds / rounds));
      const values = {
        'digital / air, 10 clients': few,
        '60 clients': many,
        'digital’s last loss at −20 dBm': digital,
        'air’s': air,
      };
      return {
        values: { ...values, 'digital round at −20 dBm [s]': perRound },
        holds: few > 2 && many > few && digital < air,
      };
    },
  });
}

const CLIENTS = [5, 20, 80] as const;
const POWERS = [20, 0, -10, -20, -30] as const;
/** Losses this much above the one that digital ends with count as the same. */
const CLOSE = 1.05;

type Clients = (typeof CLIENTS)[number];
type Power = (typeof POWERS)[number];
type Cell = `${Medium} ${Clients} ${Power}`;
const cellOf = (medium: Medium, clients: Clients, power: Power): Cell => `${medium} ${clients} ${power}`;

/** The same over a grid: where the air wins, by how much, and where it never gets there. */
export function gridClaim(form: Form): Claim {
  const cells = CLIENTS.flatMap((clients) => POWERS.map((power) => [clients, power] as const));
  const runs = Object.fromEntries(
    cells.flatMap(([clients, power]) =>
      (['digital', 'over-the-air'] as const).map((medium) => {
        const { scenario, set } = run(form, medium, clients, power);
        return [cellOf(medium, clients, power), { scenario, set: { ...set, 'evaluate.everyRounds': 1 } }];
      }),
    ),
  ) as Readonly<Record<string, Setting>> as Record<Cell, Setting>;
  return claim<Cell>({
    id: 'P9',
    claim:
      'over the air wins where the SNR is high, the more so the more devices; where it is low, bits alone get there',
    criterion:
      'time to 1.05 times the loss that digital ends with, 5, 20, 80 clients: digital / air > 2 and growing with them at 20 and 0 dBm; no seed of air gets there at −30 dBm',
    isDrawn: true,
    runs,
    judge(measured) {
      const ratios = (clients: Clients, power: Power) =>
        speedUps(measured[cellOf('digital', clients, power)], measured[cellOf('over-the-air', clients, power)]);
      const worst = (clients: Clients, power: Power) => smallest(ratios(clients, power));
      const middle = (clients: Clients, power: Power) =>
        worst(clients, power) > 0 ? median(ratios(clients, power)) : 0;
      const [few, some, many] = CLIENTS;
      const wins = ([20, 0] as const).every(
        (power) =>
          middle(few, power) > 2 &&
          middle(some, power) > middle(few, power) &&
          middle(many, power) > middle(some, power),
      );
      const isStopped = CLIENTS.every((clients) => largest(ratios(clients, -30)) === 0);
      const lines = POWERS.map((power) => {
        const snr = Math.round(median(measured[cellOf('over-the-air', some, power)].map(meanSnrDb)));
        const reached = CLIENTS.filter((clients) => worst(clients, power) > 0);
        const points = reached.map((clients) => spanned(clients, ratios(clients, power), median));
        const never = points.length === 0 ? ', never' : '';
        return { name: `${power} dBm: ${snr} dB${never}`.replaceAll('-', '−'), points };
      });
      return {
        values: Object.fromEntries(
          cells.map(([clients, power]) => [`${clients} clients, ${power} dBm`, middle(clients, power)]),
        ),
        holds: wins && isStopped,
        note: '0 where a seed never gets there; medians over the seeds',
        figure: {
          title: 'how much faster sums in the air are than bits over OFDMA',
          ...{ x: 'clients', y: 'time, digital / air', logarithmic: ['x', 'y'], lines },
        },
      };
    },
  });
}

/** Of each seed; 0 where the air never gets there. */
function speedUps(digital: readonly Curve[], air: readonly Curve[]): number[] {
  return digital.map((bits, index) => {
    const target = CLOSE * present(bits.points.at(-1), 'score').loss;
    return secondsToLoss(bits, target) / secondsToLoss(present(air[index], 'run'), target);
  });
}

const meanSnrDb = ({ air }: Curve): number => present(air, 'over-the-air sum').snrDb;
