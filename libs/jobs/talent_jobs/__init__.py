"""Job descriptions: from skills and tasks to a posting that people and machines read."""
