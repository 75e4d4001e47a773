"""Sets Phenoscape beside its peer: reads the JSON lines of one benchmark run from standard input.

For each test it prints the best time of both, how many times as fast Phenoscape is, the peak
of memory, and which part of the machine's limits was reached. Standard library only.
"""
import json
import sys
from collections import defaultdict

limits, tests = {}, defaultdict(list)
for line in sys.stdin:
    if not line.startswith("{"):
        continue
    row = json.loads(line)
    if row["test"] == "limits":
        limits = row
    else:
        tests[row["test"]].append(row)

if limits:
    print(f"machine: {limits['threads']} threads, {limits['instructions']}; float32 {limits['float32_gflops']:.0f}, "
          f"bfloat16 {limits['bfloat16_gflops']:.0f} GFLOP/s; triad {limits['triad_gigabytes_per_s']:.1f} GB/s")
for test, rows in tests.items():
    ours = min((r for r in rows if r["mode"] == "phenoscape"), key=lambda r: r["ms_min"], default=None)
    peers = sorted((r for r in rows if r["mode"] != "phenoscape"), key=lambda r: r["ms_min"])
    print(f"\n{test}")
    for row in ([ours] if ours else []) + peers:
        name = row["mode"] + (" bfloat16" if row.get("bf16") else "")
        print(f"  {name:22} {row['ms_min']:9.1f} ms  {row['views'] / row['ms_min'] * 1e3:8.1f} views/s"
              f"  {row['rss_mb']:8.0f} MiB")
    if ours and "gflops" in ours and limits:
        peak = limits["bfloat16_gflops" if ours["bf16"] else "float32_gflops"]
        print(f"  reached {ours['gflops']:.0f} GFLOP/s, {ours['gflops'] / peak:.0%} of the matrix peak, while memory carried "
              f"{ours['gigabytes_per_s']:.1f} GB/s of activations, {ours['gigabytes_per_s'] / limits['triad_gigabytes_per_s']:.0%} of the triad")
    if ours and peers:
        best = peers[0]
        print(f"  {best['ms_min'] / ours['ms_min']:.2f} times as fast as the best of the peer ({best['mode']}), "
              f"in {ours['rss_mb'] / best['rss_mb']:.0%} of its memory")
