"""Parts of bench/run: clusters, faults, reports."""
