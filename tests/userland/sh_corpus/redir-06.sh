echo x > f > g; cat f; cat g; echo y >f >&2 2>/dev/null; cat f
