import { readFileSync } from 'node:fs';
import { type ShippedScenario, shippedScenarios } from './load.ts';

/** What a shipped scenario is about, as the comment at its head says. */
export interface Story extends ShippedScenario {
  /** Models and mechanisms that it shows. */
  readonly covers: string;
  /** What happens in it. */
  readonly scenario: string;
}

export const stories = (): Story[] =>
  shippedScenarios().map((shipped) => ({ ...shipped, ...readStory(readFileSync(shipped.file, 'utf8')) }));

/** Reads the paragraphs `Covers: …` and `Scenario: …` of the first comment. */
export function readStory(source: string): { readonly covers: string; readonly scenario: string } {
  const comment = /^\s*\/\*\*([\s\S]*?)\*\//.exec(source)?.[1] ?? '';
  const text = comment.replace(/^\s*\*? ?/gm, '').replace(/\s+/g, ' ');
  const paragraph = (name: string): string =>
    new RegExp(`${name}: (.*?)(?= ?(?:Covers|Scenario): |\\s*$)`).exec(text)?.[1] ?? '';
  return { covers: paragraph('Covers'), scenario: capitalised(paragraph('Scenario')) };
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `Fifty phones train. They mix.` becomes `Fifty phones train.` */
export const firstSentence = (text: string): string => /^.*?[.!?](?= |$)/.exec(text)?.[0] ?? text;
