"""Benchmarks beside boto3, in one process: ``python -m benchmarks``. Measurements, not tests: no mark fails a build."""
