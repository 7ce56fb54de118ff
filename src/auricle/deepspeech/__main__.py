"""`python -m auricle.deepspeech`: the command `deepspeech` of DeepSpeech's Python package."""

from auricle.cli.failures import exit_with_status
from auricle.deepspeech.client import main

if __name__ == "__main__":
    exit_with_status(main)
