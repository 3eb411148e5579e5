# The two commands of a newcomer: `make demo` and `make test`. Both set up what is missing first.

MOSTARI := target/release/mostari
DEMO := demo/velmora

.PHONY: demo service test test-service soak bench lint setup build

setup:
	@scripts/setup build

# For more than trying it out: the same program, which also asks the policies who may do what.
service: setup
	cargo build --release --locked -p mostari --features policy

build: setup
	cargo build --release --locked -p mostari

demo: build
	@MOSTARI=$(MOSTARI) scripts/demo $(DEMO)

test:
	@scripts/setup test
	cargo nextest run --workspace --locked --no-fail-fast
	cargo test --workspace --locked --doc --quiet
	@scripts/foreign

# The commands with the policies asked, as `make service` builds them.
test-service: setup
	cargo nextest run -p mostari --features policy --locked --no-fail-fast

# 100,000 runs of the log on a machine that fails, and the faults that are planted to prove that they would be seen.
soak: setup
	@scripts/soak

lint: setup
	cargo fmt --check
	cargo clippy --workspace --all-targets --features mostari/policy --locked -- -D warnings

bench: build
	cargo build --release --locked --examples -p mostari-plan -p mostari-record -p mostari
	@scripts/setup bench
	@MOSTARI=$(MOSTARI) benches/run
