trap 'echo first; exit 3' EXIT; exit 1
