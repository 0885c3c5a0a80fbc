"""Floor 6: all that is AWS and nothing else; only session.py and the command line know it."""
