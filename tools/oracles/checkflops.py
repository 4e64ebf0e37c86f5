#!/usr/bin/env python3
"""Compares the operations that Lethe counts (Sources/Bottleneck/Measures/ComputeCost.swift) with those that fvcore counts.

usage: checkflops.py        needs torch and fvcore: pip install torch fvcore

Builds modules of the shapes that Tests/BottleneckTests/MeasureTests.swift uses, and two others, lets fvcore count a forward pass, and
fails unless the formulas give the same number: D·V for a linear layer, C·d·(D + K) for projection and distances of the bottleneck.
fvcore counts no backward pass; twice forward is the convention of the paper.
"""
import logging
import sys

import torch
from fvcore.nn import FlopCountAnalysis

logging.getLogger("fvcore").setLevel(logging.ERROR)


class Coding(torch.nn.Module):
    """Queries and the cross term of their distances to all keys; norms and argmin are element-wise and count nothing."""

    def __init__(self, inputs, codebooks, keys, width):
        super().__init__()
        self.projection = torch.nn.Parameter(torch.randn(codebooks, inputs, width))
        self.keys = torch.nn.Parameter(torch.randn(codebooks, width, keys))

    def forward(self, x):
        # Given to every codebook: of a broadcast product fvcore counts one.
        queries = torch.bmm(x.expand(len(self.projection), *x.shape), self.projection)
        return ((self.keys * self.keys).sum(1, keepdim=True) - 2 * torch.bmm(queries, self.keys)).argmin(2)


class Values(torch.nn.Module):
    """The mean of selected values: a look-up and a sum."""

    def __init__(self, pairs, classes):
        super().__init__()
        self.table = torch.nn.Embedding(pairs, classes)

    def forward(self, codes):
        return self.table(codes).mean(1)


checks = [
    ("linear 512 -> 10, 100 examples", torch.nn.Linear(512, 10), torch.randn(100, 512), 100 * 512 * 10),
    ("linear 1280 -> 100, 7 examples", torch.nn.Linear(1280, 100), torch.randn(7, 1280), 7 * 1280 * 100),
    ("coding C 256, K 4096, d 14, D 512, 3 examples", Coding(512, 256, 4096, 14), torch.randn(3, 512), 3 * 256 * 14 * (512 + 4096)),
    ("coding C 16, K 64, d 8, D 1280, 5 examples", Coding(1280, 16, 64, 8), torch.randn(5, 1280), 5 * 16 * 8 * (1280 + 64)),
    ("values, 9 examples of 256 codes", Values(4096, 10), torch.randint(0, 4096, (9, 256)), 0),
]
failed = 0
for name, module, example, ours in checks:
    theirs = FlopCountAnalysis(module, example).total()
    failed += theirs != ours
    print(f"{'same' if theirs == ours else 'DIFFERENT'}  {name}: fvcore {theirs:,.0f}, Lethe {ours:,}")
sys.exit(1 if failed else 0)
