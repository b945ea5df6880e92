"""The stages' modules as one file, made when the server starts: a first visit asks once, and running GateLab takes no tool but Python.

There are two forms. `bundled` is a module for the pages of the server. `alone` is a script for pages without a server: it holds only the modules that
such a page needs, in as few bytes as possible.

Each module becomes a function in the file. It runs when another module first imports it, and returns what it exports; so all pages
of a visit share one copy of each module, as they would of the files. Lines keep their number within their module.
"""

import hashlib
import json
import posixpath
import re
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import minify_html

STATIC = Path(__file__).parent / "static"

_BUNDLE = """\
const $made = {};
/** What a module exports; its name is its path in `static/`. */
export const load = (name) => ($made[name] ??= $modules[name]());
const $load = load;
const $address = (name) => new URL(`../static/${name}`, import.meta.url).href;
const $worker = (name) => new URL(`#${name}`, import.meta.url);
const $sheet = (css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
};
const $modules = {
MODULES
};
const $asked = new URL(import.meta.url).hash.slice(1);
if ($asked) load($asked); // a worker runs one module
"""

_ALONE = """\
function gatelab($base) {
  const $made = {};
  const load = (name) => ($made[name] ??= $modules[name]());
  const $load = load;
  const $address = (name) => new URL(`live/static/${name}`, $base).href;
  const $worker = (name) => URL.createObjectURL(new Blob([`"use strict";(${gatelab})(${JSON.stringify($base)}).load(${JSON.stringify(name)});`], { type: "text/javascript" }));
  const $sheet = (css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    return sheet;
  };
  // Where a page comes from a disk, a browser takes a script that was made in the page as a worker, but no module.
  const Worker = function (address) {
    return new globalThis.Worker(address);
  };
  const $modules = {
MODULES
  };
  return { load };
}
"""

_NAMES = r"\{ ((?:\w+(?: as \w+)?, )*\w+(?: as \w+)?) \}"
_IMPORT = re.compile(rf'import (?:{_NAMES}|\* as (\w+)) from "(\.[\w./-]+\.js)";')
_SHEET = re.compile(r'import (\w+) from "(\.[\w./-]+\.css)" with \{ type: "css" \};')
_DECLARED = re.compile(r"export ((?:const|(?:async )?function\*?|class) (?:(\w+)(?![\w$])|\{ ((?:\w+, )*\w+) \}).*)")
_LISTED = re.compile(rf"export {_NAMES};")
_ALL = re.compile(r'export \* from "(\.[\w./-]+\.js)";')
_WORKER = re.compile(r'new URL\("(\.[\w./-]+\.js)", import\.meta\.url\)')
_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*\*(?!/)(?:(?!\*/).)*\*/[ \t]*)\n", re.MULTILINE | re.DOTALL)  # whole lines: the minifier takes out the others
_UNKNOWN = re.compile(
    r"\s*(?:import|export)\b"  # another form of these statements
    r"|.*\bimport\s*[(.]"
    r"|(?:\w+ [^=(]*= *)?(?:for )?await\b"  # outside a function
    r"|.*\$(?:load|address|worker|sheet|made|modules|asked)\b"  # a name of the bundle's own
)


class _Module:
    """One module on its way into the bundle: its lines rewritten, what it exports, and which names it takes from which module, where."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.exports: dict[str, str] = {}  # name outside -> what it is inside
        self.imports: list[tuple[int, str, list[str]]] = []  # line, module, names
        self.passed_on: list[str] = []  # modules whose exports are this one's too
        lines = (folder / name).read_text(encoding="utf-8").split("\n")
        self.lines = [self.rewritten(line, number) for number, line in enumerate(lines, 1)]

    def rewritten(self, line, number):
        if found := _IMPORT.fullmatch(line):
            names, whole, path = found.groups()
            return f"const {whole or '{ ' + names.replace(' as ', ': ') + ' }'} = $load({self.take(number, path, _pairs(names))});"
        if found := _SHEET.fullmatch(line):
            return f"const {found[1]} = $load({self.take(number, found[2])});"
        if found := _LISTED.fullmatch(line):
            self.exports |= {outside: inside for inside, outside in _pairs(found[1])}
            return ""
        if found := _ALL.fullmatch(line):
            other = self.take(number, found[1])
            self.passed_on.append(json.loads(other))
            return f"$load({other});"
        if found := _DECLARED.fullmatch(line):
            self.exports |= {name: name for name in (found[2] or found[3]).split(", ")}
            line = found[1]
        if _UNKNOWN.match(_WORKER.sub("", line).replace("import.meta.url", "")):
            raise ValueError(f"{self.name}:{number} must keep to the imports and exports that bundle.py knows: got {line.strip()!r}")
        line = _WORKER.sub(lambda found: f"$worker({self.take(number, found[1])})", line)
        return line.replace("import.meta.url", f"$address({json.dumps(self.name)})")

    def take(self, number, path, pairs=()):
        """Note an import; the name of the module at a relative path, as JavaScript."""
        other = posixpath.normpath(posixpath.join(posixpath.dirname(self.name), path))
        self.imports.append((number, other, [name for name, _ in pairs]))
        return json.dumps(other)

    def link(self, modules, sheets):
        """Raise where an import names a file or an export that there is not; the modules that this one imports are linked."""
        for number, other, names in self.imports:
            if other not in modules and other not in sheets:
                raise ValueError(f"{self.name}:{number} must import a file that there is: got {other!r}")
            for name in names:
                if name not in modules[other].exports:
                    raise ValueError(f"{self.name}:{number} must import what {other} exports: got {name!r}")
        for other in self.passed_on:
            self.exports = {name: f"$load({json.dumps(other)}).{name}" for name in modules[other].exports} | self.exports

    def __str__(self) -> str:
        returned = ", ".join(f"{outside}: {inside}" for outside, inside in sorted(self.exports.items()))
        return "\n".join([f"{json.dumps(self.name)}: () => {{ {self.lines[0]}", *self.lines[1:], f"return {{ {returned} }};", "},"])


def _pairs(names):
    """The pairs (name, name after "as") of a list between braces."""
    return [(pair.split(" as ")[0], pair.split(" as ")[-1]) for pair in names.split(", ")] if names else []


def bundled(folder: Path) -> str:
    """All modules and style sheets below a folder as one module, which exports `load(name)`.

    Args:
        folder: its `*.js` are modules that import each other, one statement a line, and `*.css` with `with { type: "css" }`.

    Raises:
        ValueError: a file uses what is not known here, imports what is not there, or imports itself through others; it says where.
    """
    return _BUNDLE.replace("MODULES", "\n".join(_linked(folder).values()))


def alone(folder: Path, names: Iterable[str]) -> str:
    """Some modules, with all that they import, as a script without comments but for licences: a function `gatelab(base)` that gives {load}.

    A worker gets its code from that function, so such a page asks for no file.

    Args:
        folder: as of `bundled`.
        names: the modules that the page loads by name.

    Raises:
        ValueError: as of `bundled`, or a name is none of its modules.
    """
    made, needed, wanted = _linked(folder), {}, list(names)
    while wanted:
        name = wanted.pop()
        if name not in made:
            raise ValueError(f"a module must be one of {', '.join(made)}: got {name!r}")
        if name not in needed:
            needed[name] = made[name]
            wanted += [other for _, other, _ in _Module(folder, name).imports] if name.endswith(".js") else []
    code = [text if name.startswith("vendor/") else _COMMENT.sub("", text) for name, text in sorted(needed.items())]  # a licence stays with its code
    return _minified(_ALONE.replace("MODULES", "\n".join(code)))


def _minified(script):
    """A script that does the same in fewer bytes."""
    opened, closed = "<script>", "</script>"
    made = minify_html.minify(f"{opened}{script.replace('</script', '<' + chr(92) + '/script')}{closed}", minify_js=True)
    return f'"use strict";{made.removeprefix(opened).removesuffix(closed)}'


def _linked(folder):
    """Name -> the modules and style sheets below a folder, each as an entry of the bundle."""
    modules = {name: _Module(folder, name) for name in _files(folder, "js")}
    sheets = {name: (folder / name).read_text(encoding="utf-8") for name in _files(folder, "css")}
    for name, css in sheets.items():
        if re.search(r"\burl\(|@import\b", css):
            raise ValueError(f"{name} must name no other file: the bundle holds its text alone")
    try:
        order = list(TopologicalSorter({name: [other for _, other, _ in module.imports] for name, module in modules.items()}).static_order())
    except CycleError as error:
        raise ValueError(f"modules must not import each other in a circle: got {' <- '.join(error.args[1])}") from None
    for name in filter(modules.get, order):
        modules[name].link(modules, sheets)
    made = {name: str(module) for name, module in modules.items()}
    return made | {name: f"{json.dumps(name)}: () => $sheet({json.dumps(css, ensure_ascii=False)})," for name, css in sheets.items()}


def _files(folder, kind):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob(f"*.{kind}"))


TEXT = bundled(STATIC)
NAME = f"{hashlib.sha256(TEXT.encode()).hexdigest()[:16]}.js"
"""Another content has another name, so a browser may keep the file for good."""
ADDRESS = f"live/bundle/{NAME}"
"""Relative to the page's own: the app may be served under a path."""
