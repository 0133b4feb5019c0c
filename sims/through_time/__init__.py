"""Through time: which country leads at every date, and the gap of its lead; releases by month, how they grow, and when they surge."""
