"""WHO ASKS, LIVE: the page that answers while a slider moves, on the same relations as every command."""
