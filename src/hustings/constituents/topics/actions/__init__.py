"""What is done here: the taxonomy changed, letters read, labels kept, models trained and taken live."""
