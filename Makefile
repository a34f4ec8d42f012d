# make demo: learn the commitment in the barrier game and write runs/demo/
# make test: everything the project checks
# make docs: the pages as a site in docs/_build/html, with the tutorials run
# make floor: the built wheel in a clean environment, under the oldest versions that are allowed
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := runs/demo

.PHONY: demo test docs floor install lint peers bench results assets clean

install: $(VENV)/installed

$(VENV)/installed: pyproject.toml constraints.txt setup.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

demo: install
	$(BIN)/scg search barrier --responder ppo --seed 0 --out $(DEMO) --force
	@echo "see $(DEMO)/: before_after.gif, effect.png, learning.png, summary.json"

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/check_package.py
	$(BIN)/python tools/update_readme.py --check
	$(BIN)/python tools/update_suites.py --check
	$(BIN)/python tools/update_cards.py --check
	$(BIN)/python tools/update_results.py --check

# Without a network: whatever is not whole, or asks another host, is an error.
docs: install
	mkdir -p docs/_build/extra
	$(BIN)/python -m sphinx -b html -W --keep-going -q docs docs/_build/html
	$(BIN)/python tools/check_site.py docs/_build/html

test: lint docs
	$(BIN)/python -m pytest -n 2 --dist worksteal

floor:
	$(PYTHON) -m venv --clear $(VENV)-floor
	$(VENV)-floor/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir $(VENV)-floor/wheel .
	$(VENV)-floor/bin/python -m pip install --quiet --disable-pip-version-check -c constraints-floor.txt $(VENV)-floor/wheel/*.whl
	cd $(VENV)-floor && bin/python ../tools/smoke.py

# Environments of what users would pick instead; `make bench` measures those that are there.
peers: install
	$(BIN)/python -m benchmarks.peers.install

bench: install
	$(BIN)/scg bench --out benchmarks

# The published tables of the benchmark: hours; what has run is not run again.
TABLES := commit-v1-quick commit-v1 commit-v1-learned commit-v1-dqn
BENCHMARK := $(BIN)/scg benchmark --workers 2
results: install
	$(BENCHMARK) --suite commit-v1-quick --out runs/commit-v1-quick --responder exact \
	  --responder tabular --responder ppo --responder dqn --responder fresh
	$(BENCHMARK) --suite commit-v1 --out runs/commit-v1 --responder exact --responder tabular
	$(BENCHMARK) --suite commit-v1 --out runs/commit-v1-learned --seeds 3 --responder ppo \
	  --responder fresh
	$(BENCHMARK) --suite commit-v1 --out runs/commit-v1-dqn --seeds 1 --responder dqn \
	  --proposer random
	$(BIN)/python tools/update_results.py $(TABLES:%=runs/%)

# The pages' pictures and numbers, from the project itself.
assets: demo
	mkdir -p assets
	cp $(DEMO)/before_after.gif $(DEMO)/effect.png $(DEMO)/learning.png assets/
	$(BIN)/scg causal household --commit robot=Help --picture assets/household.png > /dev/null
	$(BIN)/scg atlas --out runs/atlas > /dev/null
	cp runs/atlas/atlas.png assets/
	$(BIN)/scg bench --only barrier --out benchmarks
	$(BIN)/python tools/update_readme.py

clean:
	rm -rf $(VENV) $(VENV)-floor build dist docs/_build docs/tutorials *.egg-info
