# `make app` starts GateLab. For developers: `make check` is quick and needs no browser, `make test` adds the tests in a real
# browser, `make coverage` prints the lines that no test runs, `make docs` makes the API reference. Each of them makes the environment first.
# `make figures` trains every cell of every task anew, over all seeds, and stores the results.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# Options for installing torch alone, e.g. the index of CPU builds that pytorch.org/get-started/locally names.
TORCH_OPTIONS ?=
# The folder with the training data, for `make figures` and `make models`: the files that the cards name, and in sentiment/ the
# three sets of reviews, pros and cons (see gatelab/training/sentiment.py).
DATA ?= data
# How many tests run at the same time: a number, or auto for one a core.
JOBS ?= auto
# Checks the types of the JavaScript. It is installed where npm is.
TYPESCRIPT := 7.0.2

.PHONY: app check test coverage docs tour load words figures models kernels qr clean

app: $(VENV)/app-ready
	$(PY) -m gatelab

# Style, types, and every test that starts neither a server nor a browser; the tests of the JavaScript are among them.
# The tests of a file stay together: they share what is slow to make.
check: $(VENV)/test-ready
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(PY) -m pytest -m "not browser" -n $(JOBS) --dist loadfile $(PYTEST_OPTIONS)

# The same, and the tests in a real browser. One of these that fails runs once more, and the summary names it (R).
test: check
	$(PY) -m pytest -m browser -n $(JOBS) --dist loadfile --reruns 1 -raR $(PYTEST_OPTIONS)

# Which lines no test runs: of Python, and of the JavaScript in Node.js and in Chromium.
coverage: $(VENV)/test-ready
	rm -rf .coverage*
	mkdir .coverage.js
	-NODE_V8_COVERAGE="$(CURDIR)/.coverage.js" $(PY) -m coverage run -m pytest -n $(JOBS) --dist loadfile $(PYTEST_OPTIONS)
	$(PY) -m coverage combine --quiet
	$(PY) -m coverage report
	$(PY) -m tests.lines .coverage.js

# The API reference, as pages in docs/build/; a warning is an error.
docs: $(VENV)/test-ready
	$(PY) -m sphinx -W --keep-going -q docs docs/build
	@echo "Open docs/build/index.html"

# docs/tour.ipynb, run from top to bottom, with all its pictures.
tour: $(VENV)/test-ready
	$(PY) docs/tour.py

# Many visitors at once against a real server: what came out is kept in benchmarks/results/. On a quiet machine, about a quarter of an hour.
load: $(VENV)/test-ready
	$(PY) benchmarks/load --keep --check $(LOAD_OPTIONS)

# The catalogues of all languages, up to date with the texts of the code: docs/languages.md.
words: $(VENV)/test-ready
	$(PY) -m gatelab.languages.collecting

# What gatelab/results/*.json holds, by the command in each file, and the models that go with it: --ship puts both into the package.
# A run that is in checkpoints/ already, with the same options and data, is not made again.
figures: $(VENV)/app-ready
	$(PY) -m gatelab.training.series brackets --seeds 0 1 2 --sizes hidden --ship
	$(PY) -m gatelab.training.series counter --seeds 0 1 2 --sizes hidden --ship
	$(PY) -m gatelab.training.series recall --seeds 0 1 2 --sizes hidden parameters --ship
	$(PY) -m gatelab.training.series adding --seeds 0 1 2 --sizes hidden parameters --ship
	$(PY) -m gatelab.training.series sentiment --seeds 0 1 2 --sizes hidden --data "$(DATA)/sentiment" --ship
	$(PY) benchmarks/trial.py --ship
	$(PY) -m gatelab.training.studies forecast --ship
	$(PY) -m gatelab.training.studies forget-bias --ship
	$(PY) -m gatelab.training.studies forcing --ship
	$(PY) -m gatelab.training.held --data "$(DATA)" --ship

# Every shipped model anew, by the command in its card, into checkpoints/: hours.
models: $(VENV)/test-ready
	$(PY) -m gatelab.training.again --data "$(DATA)"

# The products that training in the page needs most, as WebAssembly: from engine/kernels.c into engine/kernelcode.js. It takes clang and lld (Debian: apt-get
# install clang lld); nobody else needs them, since kernelcode.js is in the repository.
ENGINE := gatelab/live/static/engine
kernels:
	clang --target=wasm32 -msimd128 -O3 -nostdlib -Wl,--no-entry -Wl,--strip-all -o kernels.wasm $(ENGINE)/kernels.c
	{ echo "// kernels.c as WebAssembly, in base64: made by \`make kernels\`."; echo; \
	  echo "export const SOURCE = \"$$(sha256sum $(ENGINE)/kernels.c | cut -d ' ' -f 1)\"; // SHA-256 of kernels.c"; \
	  echo "export const CODE = \"$$(base64 -w 0 kernels.wasm)\";"; } > $(ENGINE)/kernelcode.js
	rm kernels.wasm

# The encoder of QR codes, from npm into static/vendor/: the package's own module under a head with its licence. Nobody else needs npm for it.
UQR := 0.1.3
qr:
	npm pack --silent uqr@$(UQR) > /dev/null
	{ echo "// @ts-nocheck"; echo "// uqr $(UQR), dist/index.mjs as it is in the npm package, put here by \`make qr\`."; echo "//"; \
	  tar -xzOf uqr-$(UQR).tgz package/LICENSE | sed 's|^|// |; s| *$$||'; echo; \
	  tar -xzOf uqr-$(UQR).tgz package/dist/index.mjs; } > gatelab/live/static/vendor/uqr.js
	rm uqr-$(UQR).tgz

$(VENV)/app-ready: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "GateLab needs Python 3.11 or newer: $$($(PYTHON) --version) was found. Try: make PYTHON=python3.12 app"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check $(TORCH_OPTIONS) "$$(grep '^torch==' requirements.txt)"
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/test-ready: $(VENV)/app-ready requirements-dev.txt
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@if command -v npm > /dev/null; then npm install --silent --no-audit --no-fund --no-save --prefix $(VENV) typescript@$(TYPESCRIPT) || true; fi
	@touch $@

clean:
	rm -rf $(VENV)
