"""Bytes to text and metadata, one file a format. None of this imports Django: it runs in bare child processes."""
