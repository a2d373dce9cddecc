// @ts-check
import ts from 'typescript';

/**
 * A `console.log` whose line ends in a comment that says what it prints.
 *
 * @typedef {object} ExpectedPrint
 * @property {number} line
 * @property {string} expected
 */

/**
 * Finds those calls while TypeScript emits, and makes each tell its line to the recorder that the example is
 * run with: `console.log(x); // 3` becomes `globalThis.printsAt(12)(x)`.
 */
export function createPrintRecorder() {
  /** @type {Map<string, ExpectedPrint[]>} */
  const prints = new Map();

  /** @type {ts.TransformerFactory<ts.SourceFile>} */
  const transformer = (context) => (source) => {
    /** @type {ExpectedPrint[]} */
    const found = [];
    prints.set(source.fileName, found);
    const visit = (/** @type {ts.Node} */ node, /** @type {string | undefined} */ comment) => {
      const own = ts.isStatement(node) && !ts.isBlock(node) ? trailingComment(source, node) : undefined;
      const expected = own ?? comment;
      if (expected !== undefined && ts.isCallExpression(node) && isPrint(node.expression)) {
        const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
        found.push({ line, expected });
        return recordingCall(node, line);
      }
      // The comment behind a loop says nothing of the prints inside it, which have statements of their own.
      /** @type {(child: ts.Node) => ts.Node} */
      const descend = (child) => visit(child, ts.isBlock(child) ? undefined : expected);
      return ts.visitEachChild(node, descend, context);
    };
    return /** @type {ts.SourceFile} */ (visit(source, undefined));
  };

  return {
    transformer,
    printsOf: (/** @type {string} */ path) => prints.get(path.replaceAll('\\', '/')) ?? [],
  };
}

/**
 * Compares what was printed with what the comments say. A line that printed several times is taken as a
 * whole, and line breaks count as spaces, so that a long value can be written on one line.
 *
 * @param {readonly ExpectedPrint[]} expectations
 * @param {readonly { line: number, text: string }[]} printed
 * @returns {{ line: number, text: string }[]} what differs
 */
export function comparePrints(expectations, printed) {
  return expectations.flatMap(({ line, expected }) => {
    const texts = printed.filter((print) => print.line === line).map((print) => print.text);
    if (texts.length === 0) return [{ line, text: `needed ${expected}, but this line printed nothing` }];
    const got = onOneLine(texts.join('\n'));
    return got === onOneLine(expected) ? [] : [{ line, text: `needed ${expected}, got ${got}` }];
  });
}

/** @param {string} text */
function onOneLine(text) {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}

/** @param {ts.SourceFile} source @param {ts.Statement} statement */
function trailingComment(source, statement) {
  const comment = ts
    .getTrailingCommentRanges(source.text, statement.end)
    ?.find(({ kind }) => kind === ts.SyntaxKind.SingleLineCommentTrivia);
  return comment && source.text.slice(comment.pos + 2, comment.end).trim();
}

/** @param {ts.Expression} callee */
function isPrint(callee) {
  return (
    ts.isPropertyAccessExpression(callee) &&
    ts.isIdentifier(callee.expression) &&
    callee.expression.text === 'console' &&
    callee.name.text === 'log'
  );
}

/** @param {ts.CallExpression} call @param {number} line */
function recordingCall(call, line) {
  const { factory } = ts;
  const recorder = factory.createPropertyAccessExpression(factory.createIdentifier('globalThis'), 'printsAt');
  const callee = factory.createCallExpression(recorder, undefined, [factory.createNumericLiteral(line)]);
  return factory.updateCallExpression(call, callee, undefined, call.arguments);
}
