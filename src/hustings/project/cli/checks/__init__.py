"""What `hustings doctor` looks at: a file for each part, each check with how to mend what it finds."""
