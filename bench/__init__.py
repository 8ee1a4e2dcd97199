"""Programs that measure; `make bench` runs every bench_*.py of them."""
