"""How far masks agree; knows arrays and nothing else. Print the definition beside the number."""
