trap 'echo bye' EXIT; (echo sub); (trap 'echo sub bye' EXIT; echo in); echo end
