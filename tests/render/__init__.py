"""Tests of what is drawn and said."""
