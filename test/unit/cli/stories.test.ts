import { describe, expect, it } from 'vitest';
import { firstSentence, readStory } from '../../../src/cli/stories.ts';

const source = `/**
 * Covers: SD-FEEL, a ring of edge
 * servers.
 * Scenario: fifty phones train. They
 * mix.
 */
import { x } from 'y';
/** Covers: something else. */
`;

describe('readStory', () => {
  it('reads the paragraphs of the comment at the head, over several lines', () => {
    expect(readStory(source)).toEqual({
      covers: 'SD-FEEL, a ring of edge servers.',
      scenario: 'Fifty phones train. They mix.',
    });
  });

  it('is empty where there is no such comment', () => {
    expect(readStory('export const x = 1;')).toEqual({ covers: '', scenario: '' });
  });
});

describe('firstSentence', () => {
  it('ends at a stop that a blank follows', () => {
    expect(firstSentence('Rate 3.5 is high. More.')).toBe('Rate 3.5 is high.');
    expect(firstSentence('no stop')).toBe('no stop');
  });
});
