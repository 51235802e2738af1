"""What `manage.py bench sign` and `bench verify` measure, and the fixed credential they measure on."""

from credentials.bench.rates import bench_sign, bench_verify
from credentials.bench.samples import Sample, fixed_sample, rich_sample

__all__ = ["Sample", "bench_sign", "bench_verify", "fixed_sample", "rich_sample"]
