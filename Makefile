# Two commands are all a newcomer needs: `make demo` and `make test`. Both install what they need into .venv.
PYTHON ?= python3

.PHONY: demo test coverage sweep demands lock clean

demo: .venv/ready
	@.venv/bin/crmsync demo

test: .venv/ready
	@sh scripts/system.sh
	@.venv/bin/python scripts/check.py

coverage: .venv/ready           # every test, every branch followed: twice the time of `make test`
	@.venv/bin/python -m pytest -n 2 --cov=crmsync --cov-report=term:skip-covered

sweep: .venv/ready              # the long exhaustive runs, not part of `make test`
	@CRMSYNC_HYPOTHESIS=sweep .venv/bin/python -m pytest -m sweep -n 2 --timeout 7200

demands: .venv/ready            # every demand beside its state and the sentences of the tests that prove it
	@.venv/bin/python scripts/demands.py

lock: .venv/ready               # after a change of dependencies in pyproject.toml
	@sh scripts/lock.sh

clean:
	rm -rf .venv .boot .coverage* htmlcov .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/ready: requirements.txt pyproject.toml scripts/environment.sh
	@PYTHON="$(PYTHON)" sh scripts/environment.sh
