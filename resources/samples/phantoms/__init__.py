"""Computed pictures with known answers; knows numpy, scipy and file writers, and nothing of the program."""
