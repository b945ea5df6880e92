// Computes a formula as it is printed: "c_{t} = f_{t} ⊙ c_{t−1} + i_{t} ⊙ g_{t}" from the vectors and matrices that its symbols stand for.

const TOKEN = /\s*(\u03c3\(|tanh\(|[()[\],+\u2212\u2299]|1|(?:hh|[A-Za-z\u0393])\u0303?(?:[_^]\{[^}]*\})*)/y;

function tokens(formula) {
  const found = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < formula.trimEnd().length) {
    const match = TOKEN.exec(formula);
    if (!match) throw new SyntaxError(`no formula: ${formula}`);
    found.push(match[1]);
  }
  return found;
}

const each = (a, b, of) => (typeof a === "number" ? Array.from(b, (value) => of(a, value)) : Array.from(a, (value, k) => of(value, typeof b === "number" ? b : b[k])));
const isMatrix = (value) => Array.isArray(value?.[0]);

/** A matrix and a vector, whichever stands first; a matrix has a row for each unit. */
function times(a, b) {
  const [matrix, vector] = isMatrix(a) ? [a, b] : [b, a];
  if (!isMatrix(matrix) || isMatrix(vector) || matrix[0].length !== vector.length) throw new RangeError("a matrix and a vector must stand side by side");
  return matrix.map((row) => row.reduce((sum, weight, k) => sum + weight * vector[k], 0));
}

/** The value of the right side, or of all of a formula without one, for {symbol: number, vector or matrix}. */
export function computed(formula, symbols) {
  const line = tokens(formula.split(" = ").at(-1));
  let at = 0;
  const next = () => line[at++];
  const expect = (sign) => {
    if (next() !== sign) throw new SyntaxError(`${sign} is missing in ${formula}`);
  };
  const starts = (token) => token !== undefined && !/^[)\],+\u2212\u2299]$/.test(token);

  function sum() {
    let value = product();
    while (line[at] === "+" || line[at] === "\u2212") {
      const sign = next() === "+" ? 1 : -1;
      value = each(value, product(), (a, b) => a + sign * b);
    }
    return value;
  }

  function product() {
    let value = pair();
    while (line[at] === "\u2299") {
      next();
      value = each(value, pair(), (a, b) => a * b);
    }
    return value;
  }

  function pair() {
    const first = atom();
    return starts(line[at]) ? times(first, atom()) : first;
  }

  function atom() {
    const token = next();
    if (token === "1") return 1;
    if (token === "[") {
      const first = sum();
      expect(",");
      const second = sum();
      expect("]");
      return [...first, ...second];
    }
    if (token.endsWith("(")) {
      const inside = sum();
      expect(")");
      return token === "(" ? inside : Array.from(inside, token === "tanh(" ? Math.tanh : (x) => 1 / (1 + Math.exp(-x)));
    }
    if (!(token in symbols)) throw new ReferenceError(`${token} in ${formula}`);
    return symbols[token];
  }

  const value = sum();
  if (at < line.length) throw new SyntaxError(`${line.slice(at).join(" ")} is left of ${formula}`);
  return value;
}
