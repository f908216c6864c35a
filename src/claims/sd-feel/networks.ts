import { smallest } from '../../math/extremes.ts';
import { type Claim, claim, type Paper, type Setting } from '../claim.ts';
import { secondsToAccuracy } from '../curve.ts';
import { RELAY } from './settings.ts';

/** A study on images, whose scenario module has `inSeconds` and `unequal`. */
interface Study {
  /** Letter of its claims' ids. */
  readonly letter: string;
  readonly images: string;
  /** Accuracies that count, at full length and for `--fast`. */
  readonly target: number;
  readonly easy: number;
}

type Scheme = 'sd-feel' | 'hier-favg' | 'fed-avg';

/** Claims on images: time to an accuracy in both presets of rates, and of unequal clients. */
const claimsOn =
  ({ letter, images, target: full, easy }: Study): Paper =>
  ({ fast }) => {
    const target = fast ? easy : full;
    const toTarget = secondsToAccuracy(target);
    const run = (scheme: Scheme, links: Setting['set']): Setting => ({
      scenario: 'inSeconds',
      set: {
        algorithm: scheme,
        'algorithm.localSteps': 5,
        ...(scheme === 'fed-avg' ? {} : { 'algorithm.edgeRounds': 5 }),
        ...links,
        'until.accuracy': target,
      },
    });
    const order = (id: string, preset: string, links: Setting['set']): Claim =>
      claim({
        id,
        claim: `${images}: SD-FEEL reaches ${target} in less virtual time than HierFAVG and FedAvg, on ${preset} links`,
        criterion: `mean time to accuracy ${target}, τ=(5,5), ring, α=1, random clusters: SD-FEEL below both others`,
        runs: { semi: run('sd-feel', links), hierarchical: run('hier-favg', links), central: run('fed-avg', links) },
        judge({ semi, hierarchical, central }) {
          const values = {
            'SD [s]': toTarget(semi),
            'HierFAVG [s]': toTarget(hierarchical),
            'FedAvg [s]': toTarget(central),
          };
          const [sd, ...others] = Object.values(values) as [number, number, number];
          return { values, holds: sd < smallest(others) };
        },
      });
    const ending = { 'until.accuracy': target };
    return [
      order(`${letter}1`, 'hier-like', {}),
      order(`${letter}2`, 'relay', RELAY),
      claim({
        id: `${letter}3`,
        claim: `${images}: asynchronous SD-FEEL reaches ${target} before synchronous where the slowest takes ten times as long`,
        criterion: `mean time to accuracy ${target}, H=10, T_comp of the fastest a fifth of an upload, τ₁ = θ_min = 5, τ₂ = 1`,
        runs: {
          alone: { scenario: 'unequal', set: ending },
          waiting: { scenario: 'unequal', set: { algorithm: 'sd-feel', 'algorithm.localSteps': 5, ...ending } },
        },
        judge({ alone, waiting }) {
          const values = { 'asynchronous [s]': toTarget(alone), 'synchronous [s]': toTarget(waiting) };
          return { values, holds: values['asynchronous [s]'] < values['synchronous [s]'] };
        },
      }),
    ];
  };

export const mnistClaims = claimsOn({ letter: 'M', images: 'MNIST, two digits per client', target: 0.9, easy: 0.7 });

/** The target is one that the MLP of the study reaches; the papers' network goes further. */
export const cifarClaims = claimsOn({ letter: 'K', images: 'CIFAR-10, Dirichlet 0.5', target: 0.3, easy: 0.25 });
