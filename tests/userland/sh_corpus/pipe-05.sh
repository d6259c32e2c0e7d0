echo x | cat - | cat; echo err >&2 2>/dev/null | cat; (echo o; echo e >&2) 2>&1 | cat
