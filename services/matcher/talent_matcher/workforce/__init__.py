"""An employer's present staff, from its own file: read, kept sealed, and compared with its jobs."""
