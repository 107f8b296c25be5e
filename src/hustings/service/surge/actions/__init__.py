"""What is switched, planned, frozen and looked at."""
