"""`python -m hustings.project.cli`: how the command starts itself again for its own processes."""

from hustings.project.cli.app import main

main()
