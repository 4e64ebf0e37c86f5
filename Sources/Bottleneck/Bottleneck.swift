// Bottleneck
