"""What is shipped for operations: taken by the programs that it is written for."""
