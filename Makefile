# `make run` goes from a config to verified, synthesized Verilog; `make test` runs every test.
# One profile (release) and one set of features serve both, so that nothing heavy is built twice.

CARGO ?= cargo
CONFIG ?= examples/jet_tagger/config.yaml
N ?= 200
NEXTEST_PROFILE ?= default
PYTHON ?= python3

.PHONY: help setup build run test test-random fuzz search-kills test-verilated check bless bench ranking study peers peers-training peers-autoqkeras staircases scan waves clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'

setup: ## install g++, verilator, yosys, iverilog, nextpnr-ice40 where missing
	@sh .ci/setup

build: ## build the program: target/release/heteroq
	$(CARGO) build --release

run: setup build ## everything for CONFIG=examples/jet_tagger/config.yaml, to the report
	target/release/heteroq run $(CONFIG)

test: setup ## all tests
	@if $(CARGO) nextest --version >/dev/null 2>&1; then set -ex; \
	    $(CARGO) nextest run --release --profile $(NEXTEST_PROFILE); \
	    $(CARGO) test --release --doc; \
	else set -ex; \
	    $(CARGO) test --release --no-fail-fast; \
	fi

test-random: setup ## N=200 random networks through Verilator
	N=$(N) $(CARGO) test --release --test random -- --nocapture

fuzz: N = 20000000
fuzz: ## N=20000000 strings through the parser of quantizers (SEED=17: other ones)
	FUZZ=$(N) $(CARGO) test --release --test quantizer_fuzz -- --nocapture

search-kills: N = 100
search-kills: ## a search whose workers are killed in mid-trial N=100 times (SEED=17: at other moments)
	KILLS=$(N) $(CARGO) test --release --test search kills -- --nocapture

test-verilated: setup ## the Verilog of examples/tiny inside a Rust test bench (feature `verilated`)
	$(CARGO) test --release --features verilated --test verilated

check: ## formatting, clippy and documentation, without a warning
	$(CARGO) fmt --check
	$(CARGO) clippy --release --all-targets --keep-going -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --release --no-deps

bless: setup ## accept what the program now writes: rtl_out/tiny, README tables, expectations; review with git diff
	UPDATE_EXPECT=1 $(CARGO) test --release --no-fail-fast

bench: ## the figures of benches/README.md
	$(CARGO) bench --bench gen -- jet_tagger
	$(CARGO) bench --bench gen -- deep
	$(CARGO) bench --bench emulate
	$(CARGO) bench --bench train

ranking: setup ## estimated LUTs of 24 networks with drawn quantizers beside Yosys's: table, rank correlation, errors (an hour; goes on where it was stopped)
	$(CARGO) bench --bench ranking

study: ## the study of the AutoQKeras paper on our jets, into examples/jet_tagger/study (45 minutes on two idle cores; goes on where it was stopped)
	$(CARGO) bench --bench study

peers: setup build ## LUTs beside da4ml's, for the same networks (Python with da4ml; minutes)
	@if python3 -c 'import da4ml' 2>/dev/null; then set -ex; \
	    python3 benches/peers/compare.py; \
	else \
	    echo "peers: skipped: needs Python with da4ml (pip install da4ml==0.6.0 numpy)"; \
	fi

peers-training: build ## seconds per epoch beside QKeras's (PYTHON=python3 with TensorFlow and QKeras; minutes)
	@if $(PYTHON) -c 'import tensorflow, qkeras' 2>/dev/null; then set -ex; \
	    $(PYTHON) benches/peers/training.py; \
	else \
	    echo "peers-training: skipped: needs Python with QKeras (pip install tensorflow-cpu==2.15.1 qkeras==0.9.0 'pyparsing<3.2')"; \
	fi

peers-autoqkeras: build ## the search of AutoQKeras itself, goals bits and energy (PYTHON=python3 with QKeras and keras-tuner; an hour; goes on where it was stopped)
	@if $(PYTHON) -c 'import tensorflow, qkeras, keras_tuner' 2>/dev/null; then set -ex; \
	    for goal in bits energy; do \
	        $(PYTHON) benches/peers/autoqkeras.py --goal $$goal --out rtl_out/autoqkeras_$$goal --verify target/release/heteroq; \
	    done; \
	else \
	    echo "peers-autoqkeras: skipped: needs Python with QKeras and keras-tuner (pip install tensorflow-cpu==2.15.1 qkeras==0.9.0" \
	        "keras-tuner==1.4.8 tensorflow-model-optimization==0.7.5 'pyparsing<3.2')"; \
	fi

staircases: setup ## table against thresholds: LUTs of nonlinear quantizers, for benches/README.md (minutes)
	STUDY=1 $(CARGO) test --release --test staircases -- --nocapture

scan: build ## accuracy and hardware of CONFIG against bits: table and plots under rtl_out/NAME.scan (minutes; goes on where it was stopped)
	target/release/heteroq scan $(CONFIG)

waves: setup build ## the waves of a Verilator run of examples/tiny
	target/release/heteroq sim --waves --vectors 20 examples/tiny/config.yaml

clean: ## remove what was built and generated
	$(CARGO) clean
	git clean -fdXq rtl_out
