"""Floor 6: all that is AWS and nothing else; only composition.py and the command line know it."""
