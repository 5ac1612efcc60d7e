import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SharedArena } from './arena.ts';
import { Dictionary, DictionaryReader } from './dictionary.ts';

function readerOf(arena: SharedArena, dictionary: Dictionary): DictionaryReader {
  const { directory, size } = dictionary;
  return new DictionaryReader(arena.slabs, { directory, size });
}

describe('the dictionary', () => {
  it('gives each text one code, and the text back for it, whatever is added later', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 40 })), (texts) => {
        const arena = new SharedArena();
        const dictionary = new Dictionary(arena);
        const codes = texts.map((text) => dictionary.intern(text));
        const pin = arena.pin();
        const reader = readerOf(arena, dictionary);
        for (let i = 0; i < 3000; i++) dictionary.intern(`later ${i}`);

        expect(codes.map((code) => reader.text(code))).toEqual(texts);
        expect(texts.map((text) => dictionary.codeOf(text))).toEqual(codes);
        expect(reader.size).toBe(new Set(texts).size);
        arena.unpin(pin);
      }),
      { numRuns: 20 },
    );
  });

  it('holds many texts over many pages and blocks', () => {
    const arena = new SharedArena();
    const dictionary = new Dictionary(arena);
    for (let i = 0; i < 40_000; i++) expect(dictionary.intern(`text ${i}`)).toBe(i);
    const reader = readerOf(arena, dictionary);
    for (const code of [0, 1023, 1024, 16_383, 16_384, 39_999]) {
      expect(reader.text(code)).toBe(`text ${code}`);
    }
    expect(() => reader.text(40_000)).toThrow('no text has the code 40000');
  });

  it('gives all its memory back', () => {
    const arena = new SharedArena();
    const dictionary = new Dictionary(arena);
    for (let i = 0; i < 40_000; i++) dictionary.intern(`text ${i}`);
    dictionary.retireAll();
    expect(arena.usedBytes).toBe(0);
  });
});
