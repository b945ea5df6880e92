# Two commands: `make app` starts GateLab, `make test` runs every test. Both make the environment first.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# Options for installing torch alone, e.g. the index of CPU builds that pytorch.org/get-started/locally names.
TORCH_OPTIONS ?=

.PHONY: app test clean

app: $(VENV)/app-ready
	$(PY) -m streamlit run app.py

test: $(VENV)/test-ready
	$(PY) -m pytest $(PYTEST_OPTIONS)

$(VENV)/app-ready: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "GateLab needs Python 3.11 or newer: $$($(PYTHON) --version) was found. Try: make PYTHON=python3.12 app"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check $(TORCH_OPTIONS) "$$(grep '^torch==' requirements.txt)"
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/test-ready: $(VENV)/app-ready requirements-dev.txt
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV)
