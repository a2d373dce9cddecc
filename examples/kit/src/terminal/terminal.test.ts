import { expect, it } from 'vitest';
import { namesText, nameText, terminalText } from './terminal.js';

it('lets line breaks and colours through to a terminal, and no other control character', () => {
  expect(terminalText('\u001b[31mred\u001b[39m\nnext')).toBe('\u001b[31mred\u001b[39m\nnext');
  // Clears the screen, sets the title, hides text, goes back, turns the direction.
  expect(terminalText('\u001b[2J\u001b]0;mine\u0007\u001b[8m\r\u202e')).toBe(
    '\\u001b[2J\\u001b]0;mine\\u0007\\u001b[8m\\u000d\\u202e',
  );
  expect(terminalText('\u009b2J')).toBe('\\u009b2J');
});

it('keeps a name short and on its line', () => {
  expect(nameText('a\nb\u001b[31m')).toBe('a\\u000ab\\u001b[31m');
  expect(nameText('x'.repeat(1e6))).toHaveLength(121);
  expect(namesText(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
});
