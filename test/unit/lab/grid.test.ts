import { describe, expect, it } from 'vitest';
import { cellsOf, parseAxis } from '../../../src/lab/grid.ts';
import { spelled, splitOutside } from '../../../src/scenario/spelled.ts';

describe('an axis', () => {
  it.each([
    ['clients=10,50', ['10', '50']],
    ['snr=0:30:10', ['0', '10', '20', '30']],
    ['rate=0.1:0.4:0.1', ['0.1', '0.2', '0.3', '0.4']],
    ['down=3:1:-1', ['3', '2', '1']],
    ['until.rounds=1:3', ['1', '2', '3']],
    ['schedule=random(cohort=2,x=[1,2]),fastest', ['random(cohort=2,x=[1,2])', 'fastest']],
    ['targets=[0.5,0.7],[0.9]', ['[0.5,0.7]', '[0.9]']],
  ])('reads %s', (text, values) => {
    expect(parseAxis(text).values).toEqual(values);
  });

  it.each([
    ['clients', /invalid grid: "clients"/],
    ['=1', /invalid grid/],
    ['clients=', /invalid grid/],
    ['snr=0:30:-1', /invalid range: 0:30:-1/],
    ['snr=0:1:0', /invalid range: 0:1:0/],
    ['clients=1:1000000:0.001', /exceeded limit of values of 1:1000000:0\.001: 999999001/],
  ])('refuses %s', (text, words) => {
    expect(() => parseAxis(text)).toThrow(words);
  });
});

describe('the cells of a grid', () => {
  it('are all combinations, the last axis changing fastest', () => {
    const cells = cellsOf([parseAxis('schedule=random,fastest'), parseAxis('clients=5,10')]);
    expect(cells.map(({ label }) => label)).toEqual([
      'schedule=random clients=5',
      'schedule=random clients=10',
      'schedule=fastest clients=5',
      'schedule=fastest clients=10',
    ]);
    expect(cells[3]?.overrides).toEqual([
      { path: 'schedule', value: 'fastest' },
      { path: 'clients', value: '10' },
    ]);
  });

  it('are the scenario itself where nothing varies, and not without end', () => {
    expect(cellsOf([])).toEqual([{ label: 'as it is', at: {}, overrides: [] }]);
    expect(() => cellsOf([parseAxis('clients=5'), parseAxis('clients=10')])).toThrow(/duplicate grid: clients .*a,b/);
    const long = { path: 'seed', values: Array.from({ length: 400 }, (_, at) => String(at)) };
    expect(() => cellsOf([long, { ...long, path: 'clients' }])).toThrow(/exceeded limit of cells: 160000/);
  });
});

describe('a value as a person spells it', () => {
  it('can be a part with options, to any depth', () => {
    expect(spelled('channel.fading', 'maximum-ratio(of=rician(k=5),antennas=2)')).toEqual([
      { path: 'channel.fading', value: 'maximum-ratio' },
      { path: 'channel.fading.of', value: 'rician' },
      { path: 'channel.fading.of.k', value: '5' },
      { path: 'channel.fading.antennas', value: '2' },
    ]);
  });

  it('can be a module, whose URL means the same everywhere', () => {
    const [{ value } = { value: '' }] = spelled('schedule', './mine.ts#best');
    expect(value).toMatch(/^file:\/\/\/.*\/mine\.ts#best$/);
    expect(spelled('task.dataset.folder', './pictures')).toEqual([
      { path: 'task.dataset.folder', value: './pictures' },
    ]);
  });

  it('is split at marks outside of brackets and quotes only', () => {
    expect(splitOutside('a,"b,c",(d,[e,f]), g', ',')).toEqual(['a', '"b,c"', '(d,[e,f])', 'g']);
  });
});
