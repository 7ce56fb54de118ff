"""Offline speech recognition that people can run, embed, trust and train themselves."""
