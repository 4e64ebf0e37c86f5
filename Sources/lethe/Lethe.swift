import ArgumentParser

@main struct Lethe: AsyncParsableCommand {}
