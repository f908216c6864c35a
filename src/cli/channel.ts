import type { Command } from 'commander';
import { type Problem, ScenarioError } from '../errors.ts';
import { loadCatalogue } from '../scenario/load-module.ts';
import { didYouMean } from '../scenario/near-miss.ts';
import { readOverrides } from '../scenario/spelled.ts';
import type { AircompOptions } from './channel-aircomp.ts';
import type { FadingOptions } from './channel-fading.ts';
import type { PathLossOptions } from './channel-path-loss.ts';
import type { RateOptions } from './channel-rate.ts';
import type { Terminal } from './terminal.ts';

/** What the verbs need of the program that they belong to. */
export interface Setting {
  readonly to: Terminal;
  readonly end: (code: number) => void;
  readonly examples: (lines: readonly string[]) => string;
  readonly gather: (value: string, before?: readonly string[]) => string[];
}

const VIEWS = ['path-loss', 'fading', 'rate', 'aircomp'];

const unknownView = (view: string): Problem => ({
  what: `unknown view: ${JSON.stringify(view)}`,
  where: 'channel',
  remedy: didYouMean(view, VIEWS) ?? `choose one of ${VIEWS.join(', ')}`,
  code: 'OPTION_UNKNOWN',
});

const JSON_OPTION = ['--json', 'print one JSON object and nothing else'] as const;

/** `fadelab channel`: a radio without a study. */
export function addChannel(top: Command, setting: Setting): void {
  const channel = top
    .command('channel')
    .summary('look at a radio without a study')
    .description('Shows what models of the radio come to: path loss, fading, rates, over-the-air computation.')
    .addHelpText(
      'after',
      setting.examples([
        'fadelab channel path-loss --model umi --sight nlos',
        'fadelab channel fading --model rician --k 5',
        'fadelab channel rate quickstart',
        'fadelab channel aircomp --gains 0.3,0.6,0.9 --control optimal',
      ]),
    )
    .allowExcessArguments()
    .action((_options, { args: [view] }: Command) => {
      if (view === undefined) channel.outputHelp();
      else throw new ScenarioError(unknownView(view));
    });
  addPathLoss(channel, setting);
  addFading(channel, setting);
  addRate(channel, setting);
  addAircomp(channel, setting);
}

function addPathLoss(channel: Command, { to, end, examples, gather }: Setting): void {
  channel
    .command('path-loss')
    .summary('loss against distance')
    .description(
      'Path loss [dB] of a model at distances. With mixed sight it is the mean of both branches, by their probability.',
    )
    .option('--model <name>', 'a model or its beginning: umi, uma, rma, inh, log-distance, …', 'umi-street')
    .option('--sight <which>', 'los, nlos or mixed, where the model knows line of sight')
    .option('--distance <list>', 'horizontal distances [m]; 10,20,50,100,200,500,1000 by default')
    .option('--frequency <hertz>', 'carrier [Hz]; 3.5e9 by default')
    .option('--bs-height <metres>', 'antenna of the edge server [m]; 10 by default')
    .option('--ut-height <metres>', 'antenna of the client [m]; 1.5 by default')
    .option('--seed <n>', 'root of the draws that some models make beside sight; 1 by default')
    .option('--set <key=value>', 'an option of the model; can be repeated', gather)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples([
        'fadelab channel path-loss --model umi --sight los --distance 10,100,500',
        'fadelab channel path-loss --model uma --bs-height 25 --frequency 28e9',
        'fadelab channel path-loss --model log-distance --set exponent=3.2 --json',
      ]),
    )
    .action(async (options: PathLossOptions) => {
      const { pathLoss } = await import('./channel-path-loss.ts');
      end(pathLoss(options, to, await loadCatalogue()));
    });
}

function addFading(channel: Command, { to, end, examples, gather }: Setting): void {
  channel
    .command('fading')
    .summary('moments, quantiles and outage of a gain')
    .description('Power gain |h|² of a fading model over many independent links.')
    .option('--model <name>', 'a model or its beginning: rayleigh, rician, nakagami, clarke, …', 'rayleigh')
    .option('--k <factor>', "Rician K, the dominant path's power over all others', linear")
    .option('--m <shape>', 'Nakagami m')
    .option('--samples <n>', 'links; 100,000 by default')
    .option('--seed <n>', 'root of all draws; 1 by default')
    .option('--snr-db <snr>', 'mean SNR at which outage is stated [dB]; 10 by default')
    .option('--rate <rate>', 'rate below which a link is in outage [bit/s/Hz]; 1 by default')
    .option('--set <key=value>', 'an option of the model; can be repeated', gather)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples([
        'fadelab channel fading --model rician --k 5 --samples 1e6 --seed 1',
        'fadelab channel fading --model nakagami --m 0.7 --snr-db 15 --rate 2',
        'fadelab channel fading --model maximum-ratio --set antennas=4 --json',
      ]),
    )
    .action(async (options: FadingOptions) => {
      const { fading } = await import('./channel-fading.ts');
      end(fading(options, to, await loadCatalogue()));
    });
}

function addRate(channel: Command, { to, end, examples, gather }: Setting): void {
  channel
    .command('rate')
    .summary("rate and outage of a scenario's radio against distance")
    .description("What a client carries that has its cell to itself, over many links of the scenario's own radio.")
    .argument('[scenario]', 'a shipped scenario or a module: quickstart, ./mine.ts', 'quickstart')
    .option('--scenario <name>', 'which export is meant, where a module has several')
    .option(
      '--distance <list>',
      'horizontal distances [m]; twelve from the nearest client to the cell’s edge by default',
    )
    .option('--samples <n>', 'links at each distance; 2000 by default')
    .option('--seed <n>', "root of all draws; the scenario's own by default")
    .option('--rate <rate>', 'rate below which a link is in outage [bit/s/Hz]; 0.1 by default')
    .option('--set <key=value>', 'replace an option of the scenario; can be repeated', gather)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples([
        'fadelab channel rate quickstart',
        'fadelab channel rate quickstart --set channel.pathLoss=uma --set channel.fading=rician',
        'fadelab channel rate ./mine.ts --distance 50,100,200 --rate 0.5 --json',
      ]),
    )
    .action(async (scenario: string, options: RateOptions) => {
      const { rate } = await import('./channel-rate.ts');
      const overrides = (options.set ?? []).flatMap((text) => readOverrides(text));
      end(await rate(scenario, options, to, await loadCatalogue(overrides)));
    });
}

function addAircomp(channel: Command, { to, end, examples }: Setting): void {
  channel
    .command('aircomp')
    .summary('scaling and error of an over-the-air sum')
    .description(
      'How clients with given channels transmit at once so that their symbols add up in the air, and the mean squared error.',
    )
    .option('--gains <list>', 'channel gain |h|² of each client, linear; 0.3,0.6,0.9 by default')
    .option('--power <list>', 'most power per symbol [W], one for all or one each; 1 by default')
    .option('--weights <list>', 'weights in the sum, one for all or one each; 1 by default')
    .option('--noise <watts>', 'noise power per real symbol [W]; 0.1 by default')
    .option('--control <name>', 'inversion, truncated or optimal', 'optimal')
    .option('--threshold <gain>', 'gain below which truncated inversion is silent; the one of least error by default')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples([
        'fadelab channel aircomp --gains 0.3,0.6,0.9 --power 1 --noise 0.1 --control inversion',
        'fadelab channel aircomp --gains 0.01,0.6,0.9 --control truncated --threshold 0.1',
        'fadelab channel aircomp --gains 0.3,0.6 --weights 0.7,0.3 --json',
      ]),
    )
    .action(async (options: AircompOptions) => {
      const { aircomp } = await import('./channel-aircomp.ts');
      end(aircomp(options, to, await loadCatalogue()));
    });
}
