import { STATES } from '../reduction/states.ts';

/** What is drawn rather than styled takes its colours from here. */
export interface Theme {
  readonly isDark: boolean;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly surface: string;
  /** Of runs and series. */
  readonly series: readonly string[];
  /** Of `STATES`, in order. */
  readonly states: readonly (readonly [red: number, green: number, blue: number])[];
}

/** Okabe and Ito's colours, the black one as ink; states in the order waiting, receiving, computing, transmitting, offline. */
const LIGHT: Theme = {
  isDark: false,
  ...{ ink: '#16202b', muted: '#5a6672', line: '#dfe4ea', surface: '#ffffff' },
  series: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#3d9bd1', '#b97f00', '#16202b', '#7c8791'],
  states: [
    [232, 236, 240],
    [0, 158, 115],
    [0, 114, 178],
    [230, 159, 0],
    [178, 70, 128],
  ],
};

const DARK: Theme = {
  isDark: true,
  ...{ ink: '#e6ebf0', muted: '#9aa7b4', line: '#2b3540', surface: '#141b22' },
  series: ['#4aa8dd', '#f0813f', '#2fc397', '#dd94bd', '#8accf0', '#e6b035', '#e6ebf0', '#93a0ad'],
  states: [
    [34, 43, 52],
    [32, 178, 134],
    [56, 148, 210],
    [232, 170, 40],
    [204, 104, 158],
  ],
};

const KEY = 'fadelab-theme';
const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const listeners: (() => void)[] = [];

type Choice = 'light' | 'dark';

/** What was chosen here before; a page from a file may have no place to remember it. */
function remembered(): Choice | undefined {
  try {
    const found = localStorage.getItem(KEY);
    return found === 'light' || found === 'dark' ? found : undefined;
  } catch {
    return undefined;
  }
}

let chosen = remembered();

export const theme = (): Theme => ((chosen ?? (prefersDark.matches ? 'dark' : 'light')) === 'dark' ? DARK : LIGHT);

export const onThemeChange = (listener: () => void): void => void listeners.push(listener);

function apply(): void {
  document.documentElement.dataset.theme = theme().isDark ? 'dark' : 'light';
  for (const listener of listeners) listener();
}

export function toggleTheme(): void {
  chosen = theme().isDark ? 'light' : 'dark';
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // It is forgotten with the page.
  }
  apply();
}

prefersDark.addEventListener('change', apply);
apply();

export const stateColor = (state: number): string => `rgb(${(theme().states[state] ?? [0, 0, 0]).join(' ')})`;
export const stateNames = STATES;

export const wantsLessMotion = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
