"""One file per noun or errand; import from the file."""
